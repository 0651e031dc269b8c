--! title: Tables
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'toy_app') THEN CREATE ROLE toy_app LOGIN; END IF;
END $$;
CREATE TABLE items (id int NOT NULL, name text NOT NULL);
GRANT SELECT, INSERT ON items TO toy_app;
