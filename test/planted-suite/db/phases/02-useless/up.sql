--! title: An index that nobody reads
CREATE INDEX items_note ON items (note);
