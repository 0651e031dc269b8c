--! title: An index on updated_at: no update is HOT any more
CREATE INDEX items_updated_at ON items (updated_at);
