--! title: Tables
-- Bare tables: what a COPY would have to check row by row (keys, references, value lists) follows after
-- the load. Times hold milliseconds, as a JavaScript Date does: a page cursor that went through the
-- application then still equals the row it came from.

CREATE TABLE workspaces (
  id         uuid           NOT NULL DEFAULT gen_random_uuid(),
  name       text           NOT NULL,
  slug       text           NOT NULL,
  plan       text           NOT NULL DEFAULT 'free',
  settings   jsonb          NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE users (
  id         uuid           NOT NULL DEFAULT gen_random_uuid(),
  email      citext         NOT NULL,
  name       text,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE workspace_members (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  user_id      uuid           NOT NULL,
  role         text           NOT NULL DEFAULT 'member',
  status       text           NOT NULL DEFAULT 'active',
  created_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE leads (
  id            uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id  uuid           NOT NULL,
  email         citext         NOT NULL,
  name          text,
  phone         text,
  company       text,
  position      text,
  source        text           NOT NULL DEFAULT 'manual',
  status        text           NOT NULL DEFAULT 'active',
  tags          text[]         NOT NULL DEFAULT '{}',
  custom_fields jsonb          NOT NULL DEFAULT '{}',
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE lead_segments (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  name         text           NOT NULL,
  conditions   jsonb          NOT NULL DEFAULT '{"and": []}',
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE email_templates (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  name         text           NOT NULL,
  subject      text           NOT NULL,
  html         text           NOT NULL DEFAULT '',
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE campaigns (
  id               uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id     uuid           NOT NULL,
  name             text           NOT NULL,
  subject          text           NOT NULL DEFAULT '',
  status           text           NOT NULL DEFAULT 'draft',
  template_id      uuid,
  segment_id       uuid,
  send_at          timestamptz(3),
  sent_at          timestamptz(3),
  total_recipients integer        NOT NULL DEFAULT 0,
  delivered        integer        NOT NULL DEFAULT 0,
  opened           integer        NOT NULL DEFAULT 0,
  clicked          integer        NOT NULL DEFAULT 0,
  bounced          integer        NOT NULL DEFAULT 0,
  unsubscribed     integer        NOT NULL DEFAULT 0,
  complained       integer        NOT NULL DEFAULT 0,
  created_at       timestamptz(3) NOT NULL DEFAULT now(),
  updated_at       timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE email_sends (
  id                  uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id        uuid           NOT NULL,
  campaign_id         uuid           NOT NULL,
  lead_id             uuid           NOT NULL,
  email               citext         NOT NULL,
  status              text           NOT NULL DEFAULT 'pending',
  provider_message_id text,
  sent_at             timestamptz(3),
  delivered_at        timestamptz(3),
  opened_at           timestamptz(3),
  clicked_at          timestamptz(3),
  bounced_at          timestamptz(3),
  unsubscribed_at     timestamptz(3),
  complained_at       timestamptz(3),
  failed_at           timestamptz(3),
  created_at          timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE lead_activities (
  id            uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id  uuid           NOT NULL,
  lead_id       uuid           NOT NULL,
  activity_type text           NOT NULL,
  data          jsonb          NOT NULL DEFAULT '{}',
  created_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE automation_flows (
  id            uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id  uuid           NOT NULL,
  name          text           NOT NULL,
  status        text           NOT NULL DEFAULT 'draft',
  trigger_type  text           NOT NULL,
  definition    jsonb          NOT NULL DEFAULT '{}',
  created_at    timestamptz(3) NOT NULL DEFAULT now(),
  updated_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE automation_executions (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  flow_id      uuid           NOT NULL,
  lead_id      uuid           NOT NULL,
  status       text           NOT NULL DEFAULT 'running',
  state        jsonb          NOT NULL DEFAULT '{}',
  started_at   timestamptz(3) NOT NULL DEFAULT now(),
  finished_at  timestamptz(3)
);

CREATE TABLE webhooks (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  url          text           NOT NULL,
  events       text[]         NOT NULL DEFAULT '{}',
  active       boolean        NOT NULL DEFAULT true,
  created_at   timestamptz(3) NOT NULL DEFAULT now(),
  updated_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE webhook_logs (
  id            uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id  uuid           NOT NULL,
  webhook_id    uuid           NOT NULL,
  event         text           NOT NULL,
  payload       jsonb          NOT NULL DEFAULT '{}',
  response_code integer,
  created_at    timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE api_keys (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid           NOT NULL,
  name         text           NOT NULL,
  key_hash     text           NOT NULL,
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3),
  created_at   timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE audit_logs (
  id           uuid           NOT NULL DEFAULT gen_random_uuid(),
  workspace_id uuid,          -- NULL: of the whole server; no workspace sees it
  user_id      uuid,
  action       text           NOT NULL,
  object_type  text           NOT NULL,
  object_id    uuid,
  details      jsonb          NOT NULL DEFAULT '{}',
  created_at   timestamptz(3) NOT NULL DEFAULT now()
);
