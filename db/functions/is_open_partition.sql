--! title: is_open_partition
-- Contract: whether somebody whom the partition itself is granted, as by default privileges, reads every workspace's rows
--   in it, or one of our roles may do with it what asks no policy, such as TRUNCATE.
-- Errors: none.
-- Cost: a look-up.
CREATE OR REPLACE FUNCTION is_open_partition(p_partition oid)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT NOT relrowsecurity
      OR EXISTS (SELECT FROM aclexplode(relacl)
                 WHERE privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
                   AND grantee IN (0, 'mailgenius_app'::regrole, 'mailgenius_readonly'::regrole))
  FROM pg_class WHERE oid = p_partition
$$;

COMMENT ON FUNCTION is_open_partition(oid) IS 'Whether a partition itself gives away or lets go of rows.';
ALTER FUNCTION is_open_partition(oid) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION is_open_partition(oid) FROM PUBLIC;
