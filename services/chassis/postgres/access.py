"""Who may do what in a service's database, said once. A role is named after its database: `cairn_goals_consumer`.

A table gets its grants and its row-level security by the code that makes it: `migrate`, and whoever builds tables beside the live ones,
execute GRANT_ACCESS. In a database without such roles (a test's, or one whose service connects as its owner alone) it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class DatabaseRole(StrEnum):
    """What a connection is for."""

    OWNER = "owner"
    """Makes and changes tables, and puts rebuilt ones in the place of the live ones."""

    CONSUMER = "consumer"
    """Writes: appends to the log, takes in what was consumed. It spans tenants."""

    QUERY = "query"
    """Reads what one tenant has; which one, the connection says (`TenantConnections`)."""

    RELAY = "relay"
    """Reads the log, and notes how far Kafka has it."""

    REBUILD = "rebuild"
    """Reads the log, for a projection that is built anew in another database."""

    def of(self, database: str) -> str:
        """The name of this role of a database."""
        return f"{database}_{self}"


Privileges = Mapping[DatabaseRole, frozenset[str]]

_READ: Final = frozenset({"SELECT"})
_APPEND: Final = _READ | {"INSERT"}
_WRITE: Final = _APPEND | {"UPDATE", "DELETE"}
_ALL_READ: Final[dict[DatabaseRole, frozenset[str]]] = {role: _READ for role in DatabaseRole if role is not DatabaseRole.OWNER}

# Beside the owner, who may do everything: nobody changes what was recorded, nobody takes it away.
TABLES: Final[Mapping[str, Privileges]] = {
    "event": _ALL_READ | {DatabaseRole.CONSUMER: _APPEND},
    "log_head": _ALL_READ | {DatabaseRole.CONSUMER: _READ | {"UPDATE"}},
    "log_generation": _ALL_READ | {DatabaseRole.CONSUMER: _APPEND},
    "log_checksum": {DatabaseRole.CONSUMER: _APPEND, DatabaseRole.REBUILD: _READ},
    "relay_position": {DatabaseRole.CONSUMER: _READ, DatabaseRole.RELAY: _APPEND | {"UPDATE"}},
    "not_in_log": {DatabaseRole.CONSUMER: _READ, DatabaseRole.RELAY: _APPEND | {"UPDATE", "DELETE"}},
    "schema_version": _ALL_READ,
    "person_key": {DatabaseRole.CONSUMER: _WRITE},  # no query reads keys, nor who is signed in
    "name_secret": {DatabaseRole.CONSUMER: _WRITE},
    "session": {DatabaseRole.CONSUMER: _WRITE},  # who is signed in, and what prolongs it: no query reads that
    "refresh_token": {DatabaseRole.CONSUMER: _WRITE},
    "session_cookie": {DatabaseRole.CONSUMER: _WRITE},
}
"""What each role but the owner may do with these tables."""

OTHER_TABLES: Final[Privileges] = {DatabaseRole.CONSUMER: _WRITE, DatabaseRole.QUERY: _READ}
"""And with every other: what was consumed, and what follows from it."""

TENANT: Final = "cairn.tenant"
"""The setting that says, as hexadecimal digits, whose rows a connection of the query role sees; nobody's while it is not set."""

# In a sub-select it is worked out once a statement, not once a row. `coalesce` hides from the planner what it is: as an equality it had
# the planner read a tenant's whole index to find one objective, and take the rows of a tree for few, since every query says the tenant
# once more by itself (measured: docs/decisions/0016).
_ONE_TENANT: Final = {
    "uuid": f"coalesce(tenant_id = (SELECT nullif(current_setting('{TENANT}', true), '')::uuid), false)",
    "bytea": f"coalesce(tenant_id = (SELECT decode(nullif(current_setting('{TENANT}', true), ''), 'hex')), false)",
}


def privileges(table: str, role: DatabaseRole) -> frozenset[str]:
    """What a role, other than the owner, may do with a table."""
    return TABLES.get(table, OTHER_TABLES).get(role, frozenset())


def _values(tables: Mapping[str, Privileges]) -> str:
    """As rows of VALUES: table, role, privileges."""
    rows = ((table, role, ", ".join(sorted(may))) for table, roles in tables.items() for role, may in roles.items())
    return ", ".join(f"('{table}', '{role}', '{{{may}}}'::text[])" for table, role, may in rows)


# What a policy was made of, and what PostgreSQL made of it: where either is another one by now, it is made anew.
_FINGERPRINT: Final = """md5(concat_ws('|', {condition}, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
    p.polcmd, p.polpermissive, p.polroles::regrole[]::text))"""

# Only what differs is changed: to switch row-level security on, or to make a policy, waits for everybody who uses the table. The consumer
# needs no policy: its attribute BYPASSRLS lets it use COPY, which active row-level security refuses.
GRANT_ACCESS: Final = f"""
DO $access$
DECLARE
    a record;
BEGIN
    PERFORM pg_advisory_xact_lock({0x_CA17_0002});
    FOR a IN
        WITH role AS (
            SELECT r.oid, r.rolname, kind FROM (VALUES {", ".join(f"('{role}')" for role in _ALL_READ)}) AS kinds (kind)
            JOIN pg_roles r ON r.rolname = current_database() || '_' || kind
        ), told (name, kind, privileges) AS (
            VALUES {_values(TABLES)}
        ), other (kind, privileges) AS (
            SELECT kind, privileges FROM (VALUES {_values({"": OTHER_TABLES})}) AS others (name, kind, privileges)
        )
        SELECT role.rolname, role.kind, c.oid::regclass AS name, n.nspname AS schema, c.relrowsecurity AS secured, tenant_type, condition,
            coalesce(CASE WHEN c.relkind <> 'r' THEN NULL
                WHEN c.relname IN (SELECT told.name FROM told)
                THEN (SELECT told.privileges FROM told WHERE told.name = c.relname AND told.kind = role.kind)
                ELSE (SELECT other.privileges FROM other WHERE other.kind = role.kind) END, '{{}}') AS wanted,
            ARRAY(SELECT privilege_type FROM aclexplode(c.relacl) WHERE grantee = role.oid UNION ALL
                SELECT privilege_type || ' of a column' FROM pg_attribute, aclexplode(attacl)
                WHERE attrelid = c.oid AND grantee = role.oid) AS held,
            p.oid IS NOT NULL AS has_policy,
            obj_description(p.oid, 'pg_policy') IS NOT DISTINCT FROM {_FINGERPRINT.format(condition="condition")} AS policy_is_as_made
        FROM role CROSS JOIN pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (SELECT (SELECT format_type(atttypid, NULL) FROM pg_attribute
            WHERE attrelid = c.oid AND attname = 'tenant_id' AND NOT attisdropped AND c.relkind = 'r') AS tenant_type) AS of_tenants
        CROSS JOIN LATERAL (SELECT CASE WHEN role.kind <> '{DatabaseRole.QUERY}' THEN 'true'
            WHEN tenant_type = 'bytea' THEN $policy${_ONE_TENANT["bytea"]}$policy$
            ELSE $policy${_ONE_TENANT["uuid"]}$policy$ END AS condition) AS of_policy
        LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = role.kind
        WHERE c.relkind IN ('r', 'v', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    LOOP
        IF NOT a.held <@ a.wanted THEN
            EXECUTE format('REVOKE ALL ON %s FROM %I', a.name, a.rolname);
            a.held := '{{}}';
        END IF;
        IF NOT a.wanted <@ a.held THEN
            EXECUTE format('GRANT %s ON %s TO %I', array_to_string(a.wanted, ', '), a.name, a.rolname);
        END IF;
        IF a.wanted <> '{{}}' AND NOT has_schema_privilege(a.rolname, a.schema, 'USAGE') THEN
            EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', a.schema, a.rolname);
        END IF;
        IF a.tenant_type IS NOT NULL AND NOT a.secured AND NOT (SELECT relrowsecurity FROM pg_class WHERE oid = a.name) THEN
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', a.name);
        END IF;
        IF a.tenant_type IS NULL OR a.wanted = '{{}}' OR a.kind = '{DatabaseRole.CONSUMER}' THEN
            CONTINUE WHEN NOT a.has_policy;
            EXECUTE format('DROP POLICY %I ON %s', a.kind, a.name);
        ELSIF NOT a.has_policy OR NOT a.policy_is_as_made THEN
            EXECUTE format('DROP POLICY IF EXISTS %I ON %s', a.kind, a.name);
            EXECUTE format('CREATE POLICY %I ON %s TO %I USING (%s)', a.kind, a.name, a.rolname, a.condition);
            EXECUTE (SELECT format('COMMENT ON POLICY %I ON %s IS %L', a.kind, a.name, {_FINGERPRINT.format(condition="a.condition")})
                FROM pg_policy p WHERE p.polrelid = a.name AND p.polname = a.kind);
        END IF;
    END LOOP;
    FOR a IN
        SELECT polname, polrelid::regclass AS name FROM pg_policy WHERE polname NOT IN ({", ".join(f"'{role}'" for role in _ALL_READ)})
        AND EXISTS (SELECT FROM pg_roles WHERE rolname = current_database() || '_{DatabaseRole.QUERY}')
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', a.polname, a.name);
    END LOOP;
END $access$;
"""  # noqa: S608 - of constants alone
"""The statement that gives every table of a database its grants and policies, and takes from each role of it what is not said here, as an
earlier release may have given it. For its owner; may be executed any number of times."""
