--! title: Partitioned twins of sends and activities
-- They get their keys after the copy, which is several times faster. Made in one transaction: none of them is ever
-- there without its owner, nor open to whom default privileges grant it: the policies come with the switch. Not touched
-- when they are there: a change of owner waits for everybody.
DO $$
BEGIN
  IF NOT migration_step('email_sends') THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM pg_class
             WHERE relname = 'lead_activities_default' AND relnamespace = 'public'::regnamespace) THEN
    RETURN;
  END IF;
  CREATE TABLE IF NOT EXISTS email_sends_partitioned (LIKE email_sends INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (created_at);
  CREATE TABLE IF NOT EXISTS lead_activities_partitioned (LIKE lead_activities INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
    PARTITION BY RANGE (created_at);
  -- Catch rows of a month that nobody made a partition for; partition_health watches them.
  CREATE TABLE IF NOT EXISTS email_sends_default PARTITION OF email_sends_partitioned DEFAULT;
  CREATE TABLE IF NOT EXISTS lead_activities_default PARTITION OF lead_activities_partitioned DEFAULT;
  ALTER TABLE email_sends_partitioned OWNER TO mailgenius_owner;
  ALTER TABLE lead_activities_partitioned OWNER TO mailgenius_owner;
  ALTER TABLE email_sends_default OWNER TO mailgenius_owner;
  ALTER TABLE lead_activities_default OWNER TO mailgenius_owner;
  REVOKE ALL ON email_sends_partitioned, lead_activities_partitioned, email_sends_default, lead_activities_default
    FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  ALTER TABLE email_sends_partitioned ENABLE ROW LEVEL SECURITY;
  ALTER TABLE lead_activities_partitioned ENABLE ROW LEVEL SECURITY;
  ALTER TABLE email_sends_default ENABLE ROW LEVEL SECURITY;
  ALTER TABLE lead_activities_default ENABLE ROW LEVEL SECURITY;
END
$$;
