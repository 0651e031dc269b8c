--! title: session_user_id
-- Contract: the application's user of this session, for the audit log; NULL when it is not set or not known.
-- Errors: 22P02 when app.user_id is no uuid.
-- Cost: one index look-up.
CREATE OR REPLACE FUNCTION session_user_id()
RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT id FROM users WHERE id = nullif(current_setting('app.user_id', true), '')::uuid
$$;

COMMENT ON FUNCTION session_user_id() IS 'The application''s user of this session; NULL when not set.';
ALTER FUNCTION session_user_id() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION session_user_id() FROM PUBLIC;
