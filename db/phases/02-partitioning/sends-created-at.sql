--! title: When the sends of a campaign were created
-- One send per lead and campaign. A unique key of a partitioned table must contain created_at, so by itself it would let
-- the same lead in again after midnight. All sends of a campaign therefore share one created_at, fixed here when the
-- campaign is first scheduled; then the key means what it should.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('partitioning'));
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'campaigns'::regclass AND attname = 'sends_created_at') THEN
    RETURN;
  END IF;
  PERFORM lock_in_order(ARRAY['campaigns']::regclass[], 'ACCESS EXCLUSIVE');
  ALTER TABLE campaigns ADD COLUMN sends_created_at timestamptz(3);
  COMMENT ON COLUMN campaigns.sends_created_at IS
    'created_at of every send of this campaign, set once when it is first scheduled.';
  CREATE TRIGGER keep_sends_created_at BEFORE UPDATE OF sends_created_at ON campaigns FOR EACH ROW
    WHEN (OLD.sends_created_at IS DISTINCT FROM NEW.sends_created_at AND OLD.sends_created_at IS NOT NULL
          AND NOT pg_has_role(current_user, 'mailgenius_owner', 'MEMBER'))
    EXECUTE FUNCTION keep_sends_created_at();
END
$$;
