--! title: Roles of the application
-- Roles belong to the whole server, not to a database: they may be here already, and another database
-- may be creating them this moment. None has a password; whoever runs the server gives one.
DO $$
DECLARE
  wanted record;
BEGIN
  FOR wanted IN
    SELECT *
    FROM (VALUES ('mailgenius_owner', 'NOLOGIN'),
                 ('mailgenius_app', 'LOGIN'),
                 ('mailgenius_readonly', 'NOLOGIN')) AS role (name, login)
    WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role.name)
  LOOP
    BEGIN
      -- NOSUPERUSER and NOBYPASSRLS are the defaults; naming them needs a superuser before PostgreSQL 16.
      EXECUTE format('CREATE ROLE %I %s', wanted.name, wanted.login);
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;

  -- Whoever sets up the schema hands its tables over to the owner role, so must be a member of it.
  IF NOT pg_has_role(current_user, 'mailgenius_owner', 'USAGE') THEN
    EXECUTE format('GRANT mailgenius_owner TO %I', current_user);
  END IF;

  -- Monitoring functions run as the owner role; without this they see its own sessions and statements only.
  IF NOT pg_has_role('mailgenius_owner', 'pg_read_all_stats', 'USAGE') THEN
    BEGIN
      GRANT pg_read_all_stats TO mailgenius_owner;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RAISE WARNING 'mailgenius_owner is no member of pg_read_all_stats: monitoring shows its own sessions only';
    END;
  END IF;

  IF EXISTS (SELECT FROM pg_roles
             WHERE rolname IN ('mailgenius_app', 'mailgenius_readonly') AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'mailgenius_app and mailgenius_readonly must be subject to row level security'
      USING ERRCODE = '42501',
            HINT = 'ALTER ROLE mailgenius_app NOSUPERUSER NOBYPASSRLS; the same for mailgenius_readonly.';
  END IF;
END
$$;
