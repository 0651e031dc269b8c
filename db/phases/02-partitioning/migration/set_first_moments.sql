--! title: set_first_moments
-- Contract: gives each campaign that was scheduled before the partitioning the created_at of its first send as
--   sends_created_at: once retention has removed that send, it takes no further recipients, like any other. Its
--   updated_at becomes that of the migration. Called before the switch and after it, since sends come in between without
--   a moment. Again: only who has none yet.
-- Errors: none.
-- Cost: reads a campaign's sends in the index of its unique key. Waits for who changes a campaign, with no other row
--   or table in hand.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE set_first_moments()
LANGUAGE plpgsql
AS $$
DECLARE
  campaign uuid;
BEGIN
  FOR campaign IN SELECT id FROM public.campaigns WHERE sends_created_at IS NULL LOOP
    UPDATE public.campaigns
    SET sends_created_at = first.created_at
    FROM (SELECT min(created_at) AS created_at FROM public.email_sends_partitioned WHERE campaign_id = campaign) AS first
    WHERE id = campaign AND sends_created_at IS NULL AND first.created_at IS NOT NULL;
    COMMIT;
  END LOOP;
END
$$;

REVOKE EXECUTE ON PROCEDURE set_first_moments() FROM PUBLIC;
