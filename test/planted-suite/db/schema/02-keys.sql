--! title: Keys
--! after: load
ALTER TABLE items ADD PRIMARY KEY (id);
