
CREATE INDEX IF NOT EXISTS key_result_defined ON event (event_id) WHERE event_type = 'cairn.goals.v1.KeyResultDefined';
CREATE INDEX IF NOT EXISTS cycle_defined ON event (tenant_id, position) WHERE event_type = 'cairn.goals.v1.CycleDefined';
