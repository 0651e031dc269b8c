--! title: Only in a locale in which an e-mail is the same in capitals

DO $$
BEGIN
  IF lower('I') <> 'i' THEN
    RAISE EXCEPTION 'in the locale of this database I is no capital of i: one e-mail would be two leads'
      USING ERRCODE = 'feature_not_supported',
            HINT = 'Create the database with LOCALE ''C.UTF-8'', or any but a Turkic one.';
  END IF;
END
$$;
