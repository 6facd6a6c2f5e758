
CREATE TABLE IF NOT EXISTS person_key (person_id uuid PRIMARY KEY, key bytea NOT NULL);
CREATE TABLE IF NOT EXISTS name_secret (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), secret bytea NOT NULL);
