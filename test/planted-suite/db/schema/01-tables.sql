--! title: Tables
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planted_app') THEN CREATE ROLE planted_app LOGIN; END IF;
END $$;
CREATE TABLE items (id int NOT NULL, name text NOT NULL, note text, updated_at timestamptz NOT NULL DEFAULT '2026-01-01Z')
  WITH (fillfactor = 60);
GRANT SELECT, INSERT, UPDATE ON items TO planted_app;
