--! title: add_references
-- Contract: gives each partition its foreign keys, validates them, and gives the partitioned tables theirs, which take
--   those of the partitions over as they are. Made in one go, they would be validated under a lock on leads and
--   campaigns. Afterwards a deleted lead or campaign takes its rows of the target along.
-- Errors: those of migration_step, lock_in_order and apply_changes.
-- Cost: writers of leads and campaigns wait for what changed since catch_up and some milliseconds per partition, twice,
--   the second time with the readers of one of them; nobody waits while rows are validated, which joins every
--   partition with leads and campaigns.
-- No SET clause and no SECURITY DEFINER: a procedure that has one may not commit.
CREATE OR REPLACE PROCEDURE add_references()
LANGUAGE plpgsql
AS $$
DECLARE
  wanted record;
BEGIN
  COMMIT;
  IF NOT public.migration_step('email_sends') THEN
    RETURN;
  END IF;

  IF EXISTS (SELECT FROM public.partition_references() WHERE valid IS NULL) THEN
    PERFORM public.lock_in_order(
      ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned']::regclass[],
      'SHARE ROW EXCLUSIVE');
    -- Nobody deletes a lead or campaign now: every row that comes has its own, and what had lost it goes. From here on
    -- the keys see to that.
    PERFORM public.apply_changes('email_sends', 'email_sends_partitioned'),
            public.apply_changes('lead_activities', 'lead_activities_partitioned');
    FOR wanted IN SELECT * FROM public.partition_references() WHERE valid IS NULL LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ON DELETE CASCADE NOT VALID',
                     wanted.partition, wanted.constraint_name, wanted.column_name, wanted.parent);
    END LOOP;
  END IF;

  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step('email_sends');
    SELECT * INTO wanted FROM public.partition_references() WHERE NOT valid LIMIT 1;
    EXIT WHEN NOT FOUND;
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', wanted.partition, wanted.constraint_name);
  END LOOP;

  -- One by one, so that no two tables in use are locked at once.
  LOOP
    COMMIT;
    EXIT WHEN NOT public.migration_step('email_sends');
    SELECT DISTINCT partitioned, constraint_name, column_name, parent INTO wanted
    FROM public.partition_references()
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = partitioned AND conname = constraint_name)
    LIMIT 1;
    EXIT WHEN NOT FOUND;
    -- Who deletes a lead goes on to the partitions from there, and may go on to a campaign: leads before them, campaigns
    -- after. The other way round it would wait for campaigns with a partition in hand each time that this comes by.
    PERFORM public.lock_in_order(
      CASE WHEN wanted.parent = 'leads'::regclass THEN ARRAY[wanted.parent, wanted.partitioned]
           ELSE ARRAY[wanted.partitioned, wanted.parent] END, 'ACCESS EXCLUSIVE');
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %s ON DELETE CASCADE',
                   wanted.partitioned, wanted.constraint_name, wanted.column_name, wanted.parent);
  END LOOP;
END
$$;

REVOKE EXECUTE ON PROCEDURE add_references() FROM PUBLIC;
