CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

COMMENT ON EXTENSION btree_gin IS 'support for indexing common datatypes in GIN';

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;

COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';

CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA public;

COMMENT ON EXTENSION pg_stat_statements IS 'track planning and execution statistics of all SQL statements executed';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE FUNCTION public.current_workspace_id() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $$
  SELECT workspace_id
  FROM workspace_members
  WHERE workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
    AND user_id = nullif(current_setting('app.user_id', true), '')::uuid
    AND status = 'active'
$$;

ALTER FUNCTION public.current_workspace_id() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.current_workspace_id() IS 'app.workspace_id if app.user_id is an active member of it, else NULL. Cost: one index look-up.';

CREATE FUNCTION public.field_terms(p_fields jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT COST 40 PARALLEL SAFE
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
  -- Strict and silent: nothing for what is no object, also for a list of them.
  fields constant jsonb := jsonb_path_query_array(p_fields, 'strict $.keyvalue()', '{}', true);
  field  jsonb;
  value  jsonb;
  term   text;
  terms  text[] := '{}';
BEGIN
  FOR place IN 0 .. jsonb_array_length(fields) - 1 LOOP
    field := fields -> place;
    value := field -> 'value';
    term := (field ->> 'key') || ':' || CASE jsonb_typeof(value)
      WHEN 'string' THEN lower(value::text)
      WHEN 'number' THEN trim_scale(value::numeric)::text
      WHEN 'boolean' THEN value::text
    END;
    CONTINUE WHEN term IS NULL;
    terms := terms || CASE WHEN octet_length(term) <= 500 THEN term
                           ELSE encode(sha256(convert_to(term, 'UTF8')), 'hex') END;
  END LOOP;
  RETURN terms;
END
$_$;

ALTER FUNCTION public.field_terms(p_fields jsonb) OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.field_terms(p_fields jsonb) IS 'A term for each text, number and boolean of custom fields.';

CREATE FUNCTION public.set_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
  NEW.updated_at := now();
  RETURN NEW;
END
$$;

ALTER FUNCTION public.set_updated_at() OWNER TO mailgenius_owner;

COMMENT ON FUNCTION public.set_updated_at() IS 'Trigger: stamps the row with the time of the transaction that changed it.';

CREATE TABLE public.api_keys (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    key_hash text NOT NULL,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.api_keys OWNER TO mailgenius_owner;

CREATE TABLE public.audit_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid,
    user_id uuid,
    action text NOT NULL,
    object_type text NOT NULL,
    object_id uuid,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.audit_logs OWNER TO mailgenius_owner;

CREATE TABLE public.automation_executions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    flow_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    state jsonb DEFAULT '{}'::jsonb NOT NULL,
    started_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    finished_at timestamp(3) with time zone,
    CONSTRAINT automation_executions_status_check CHECK ((status = ANY (ARRAY['running'::text, 'waiting'::text, 'completed'::text, 'failed'::text, 'cancelled'::text])))
);

ALTER TABLE public.automation_executions OWNER TO mailgenius_owner;

CREATE TABLE public.automation_flows (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    trigger_type text NOT NULL,
    definition jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT automation_flows_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'active'::text, 'paused'::text])))
);

ALTER TABLE public.automation_flows OWNER TO mailgenius_owner;

CREATE TABLE public.campaigns (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    subject text DEFAULT ''::text NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    template_id uuid,
    segment_id uuid,
    send_at timestamp(3) with time zone,
    sent_at timestamp(3) with time zone,
    total_recipients integer DEFAULT 0 NOT NULL,
    delivered integer DEFAULT 0 NOT NULL,
    opened integer DEFAULT 0 NOT NULL,
    clicked integer DEFAULT 0 NOT NULL,
    bounced integer DEFAULT 0 NOT NULL,
    unsubscribed integer DEFAULT 0 NOT NULL,
    complained integer DEFAULT 0 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT campaigns_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'scheduled'::text, 'sending'::text, 'sent'::text, 'completed'::text, 'paused'::text, 'cancelled'::text])))
);

ALTER TABLE public.campaigns OWNER TO mailgenius_owner;

CREATE TABLE public.email_sends (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    email public.citext NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    provider_message_id text,
    sent_at timestamp(3) with time zone,
    delivered_at timestamp(3) with time zone,
    opened_at timestamp(3) with time zone,
    clicked_at timestamp(3) with time zone,
    bounced_at timestamp(3) with time zone,
    unsubscribed_at timestamp(3) with time zone,
    complained_at timestamp(3) with time zone,
    failed_at timestamp(3) with time zone,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT email_sends_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'delivered'::text, 'bounced'::text, 'complained'::text])))
);

ALTER TABLE public.email_sends OWNER TO mailgenius_owner;

CREATE TABLE public.email_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    subject text NOT NULL,
    html text DEFAULT ''::text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.email_templates OWNER TO mailgenius_owner;

CREATE VIEW public.index_usage AS
 SELECT usage.schemaname AS schema_name,
    usage.relname AS table_name,
    usage.indexrelname AS index_name,
    pg_relation_size((usage.indexrelid)::regclass) AS bytes,
    usage.idx_scan AS scans,
    usage.idx_tup_read AS entries_read,
    usage.idx_tup_fetch AS rows_fetched,
    definition.indisunique AS is_unique,
    definition.indisvalid AS is_valid,
    ((usage.idx_scan = 0) AND (NOT definition.indisunique)) AS is_unused
   FROM (pg_stat_user_indexes usage
     JOIN pg_index definition USING (indexrelid));

ALTER TABLE public.index_usage OWNER TO mailgenius_owner;

COMMENT ON VIEW public.index_usage IS 'Size and use of each index since the statistics were last reset.';

CREATE TABLE public.lead_activities (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    lead_id uuid NOT NULL,
    activity_type text NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.lead_activities OWNER TO mailgenius_owner;

CREATE TABLE public.lead_segments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    conditions jsonb DEFAULT '{"and": []}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.lead_segments OWNER TO mailgenius_owner;

CREATE TABLE public.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    email public.citext NOT NULL,
    name text,
    phone text,
    company text,
    "position" text,
    source text DEFAULT 'manual'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT leads_custom_fields_check CHECK ((jsonb_typeof(custom_fields) = 'object'::text)),
    CONSTRAINT leads_source_check CHECK ((source = ANY (ARRAY['form'::text, 'import'::text, 'api'::text, 'webhook'::text, 'manual'::text]))),
    CONSTRAINT leads_status_check CHECK ((status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text, 'complained'::text]))),
    CONSTRAINT leads_tags_check CHECK (((cardinality(tags) = 0) OR ((array_ndims(tags) = 1) AND (array_position(tags, NULL::text) IS NULL))))
);
ALTER TABLE ONLY public.leads ALTER COLUMN email SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN name SET STATISTICS 1000;
ALTER TABLE ONLY public.leads ALTER COLUMN company SET STATISTICS 1000;

ALTER TABLE public.leads OWNER TO mailgenius_owner;

CREATE TABLE public.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email public.citext NOT NULL,
    name text,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.users OWNER TO mailgenius_owner;

CREATE TABLE public.webhook_logs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    event text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    response_code integer,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.webhook_logs OWNER TO mailgenius_owner;

CREATE TABLE public.webhooks (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    url text NOT NULL,
    events text[] DEFAULT '{}'::text[] NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.webhooks OWNER TO mailgenius_owner;

CREATE TABLE public.workspace_members (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text DEFAULT 'member'::text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT workspace_members_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text]))),
    CONSTRAINT workspace_members_status_check CHECK ((status = ANY (ARRAY['active'::text, 'invited'::text, 'suspended'::text])))
);

ALTER TABLE public.workspace_members OWNER TO mailgenius_owner;

CREATE TABLE public.workspaces (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    plan text DEFAULT 'free'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.workspaces OWNER TO mailgenius_owner;

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.automation_flows
    ADD CONSTRAINT automation_flows_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_sends
    ADD CONSTRAINT email_sends_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_segments
    ADD CONSTRAINT lead_segments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_workspace_id_email_key UNIQUE (workspace_id, email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_workspace_id_user_id_key UNIQUE (workspace_id, user_id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.workspaces
    ADD CONSTRAINT workspaces_slug_key UNIQUE (slug);

CREATE INDEX api_keys_workspace_idx ON public.api_keys USING btree (workspace_id);

CREATE INDEX audit_logs_user_idx ON public.audit_logs USING btree (user_id);

CREATE INDEX audit_logs_workspace_idx ON public.audit_logs USING btree (workspace_id, created_at);

CREATE INDEX automation_executions_flow_idx ON public.automation_executions USING btree (flow_id);

CREATE INDEX automation_executions_lead_idx ON public.automation_executions USING btree (lead_id);

CREATE INDEX automation_executions_workspace_idx ON public.automation_executions USING btree (workspace_id);

CREATE INDEX automation_flows_workspace_idx ON public.automation_flows USING btree (workspace_id);

CREATE INDEX campaigns_segment_idx ON public.campaigns USING btree (segment_id);

CREATE INDEX campaigns_template_idx ON public.campaigns USING btree (template_id);

CREATE INDEX campaigns_workspace_status_idx ON public.campaigns USING btree (workspace_id, status);

CREATE INDEX email_sends_campaign_idx ON public.email_sends USING btree (campaign_id);

CREATE INDEX email_sends_lead_idx ON public.email_sends USING btree (lead_id);

CREATE INDEX email_sends_status_idx ON public.email_sends USING btree (status);

CREATE INDEX email_sends_workspace_idx ON public.email_sends USING btree (workspace_id);

CREATE INDEX email_templates_workspace_idx ON public.email_templates USING btree (workspace_id);

CREATE INDEX idx_leads_active ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'active'::text);

CREATE INDEX idx_leads_custom_fields ON public.leads USING gin (public.field_terms(custom_fields));

CREATE INDEX idx_leads_email_hash ON public.leads USING hash (email);

CREATE INDEX idx_leads_email_reversed ON public.leads USING btree (workspace_id, reverse(lower((email)::text)) text_pattern_ops);

CREATE INDEX idx_leads_search ON public.leads USING gin (((email)::text) public.gin_trgm_ops, name public.gin_trgm_ops, company public.gin_trgm_ops);

CREATE INDEX idx_leads_tags ON public.leads USING gin (((tags)::public.citext[]));

CREATE INDEX idx_leads_unsubscribed ON public.leads USING btree (workspace_id, created_at DESC, id DESC) WHERE (status = 'unsubscribed'::text);

CREATE INDEX idx_leads_workspace_created_at ON public.leads USING btree (workspace_id, created_at DESC, id DESC);

CREATE INDEX idx_leads_workspace_status_email ON public.leads USING btree (workspace_id, status, email) WHERE (status = ANY (ARRAY['active'::text, 'unsubscribed'::text, 'bounced'::text]));

CREATE INDEX lead_activities_lead_idx ON public.lead_activities USING btree (lead_id);

CREATE INDEX lead_activities_type_idx ON public.lead_activities USING btree (activity_type);

CREATE INDEX lead_activities_workspace_idx ON public.lead_activities USING btree (workspace_id);

CREATE INDEX lead_segments_workspace_idx ON public.lead_segments USING btree (workspace_id);

CREATE INDEX leads_workspace_status_idx ON public.leads USING btree (workspace_id, status);

CREATE INDEX webhook_logs_webhook_idx ON public.webhook_logs USING btree (webhook_id);

CREATE INDEX webhook_logs_workspace_idx ON public.webhook_logs USING btree (workspace_id);

CREATE INDEX webhooks_workspace_idx ON public.webhooks USING btree (workspace_id);

CREATE INDEX workspace_members_user_idx ON public.workspace_members USING btree (user_id);

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.automation_flows FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.campaigns FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.email_templates FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.lead_segments FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.leads FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.webhooks FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER set_updated_at BEFORE UPDATE ON public.workspaces FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.audit_logs
    ADD CONSTRAINT audit_logs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_flow_id_fkey FOREIGN KEY (flow_id) REFERENCES public.automation_flows(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_executions
    ADD CONSTRAINT automation_executions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.automation_flows
    ADD CONSTRAINT automation_flows_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES public.lead_segments(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_template_id_fkey FOREIGN KEY (template_id) REFERENCES public.email_templates(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.campaigns
    ADD CONSTRAINT campaigns_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_sends
    ADD CONSTRAINT email_sends_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES public.campaigns(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_sends
    ADD CONSTRAINT email_sends_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_sends
    ADD CONSTRAINT email_sends_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.leads(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_activities
    ADD CONSTRAINT lead_activities_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.lead_segments
    ADD CONSTRAINT lead_segments_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES public.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhook_logs
    ADD CONSTRAINT webhook_logs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.webhooks
    ADD CONSTRAINT webhooks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.workspace_members
    ADD CONSTRAINT workspace_members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES public.workspaces(id) ON DELETE CASCADE;

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.automation_executions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.automation_flows ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.campaigns ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_sends ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.email_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_activities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.lead_segments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY parents ON public.automation_executions AS RESTRICTIVE FOR INSERT WITH CHECK (((EXISTS ( SELECT
   FROM public.automation_flows parent
  WHERE (parent.id = automation_executions.flow_id))) AND (EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = automation_executions.lead_id)))));

CREATE POLICY parents ON public.campaigns AS RESTRICTIVE USING (true) WITH CHECK ((((template_id IS NULL) OR (EXISTS ( SELECT
   FROM public.email_templates parent
  WHERE (parent.id = campaigns.template_id)))) AND ((segment_id IS NULL) OR (EXISTS ( SELECT
   FROM public.lead_segments parent
  WHERE (parent.id = campaigns.segment_id))))));

CREATE POLICY parents ON public.email_sends AS RESTRICTIVE FOR INSERT WITH CHECK (((EXISTS ( SELECT
   FROM public.campaigns parent
  WHERE (parent.id = email_sends.campaign_id))) AND (EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = email_sends.lead_id)))));

CREATE POLICY parents ON public.lead_activities AS RESTRICTIVE FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.leads parent
  WHERE (parent.id = lead_activities.lead_id))));

CREATE POLICY parents ON public.webhook_logs AS RESTRICTIVE FOR INSERT WITH CHECK ((EXISTS ( SELECT
   FROM public.webhooks parent
  WHERE (parent.id = webhook_logs.webhook_id))));

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhook_logs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspace ON public.api_keys USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.audit_logs USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_executions USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.automation_flows USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.campaigns USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.email_sends USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.email_templates USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.lead_activities USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.lead_segments USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.leads USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.users USING ((EXISTS ( SELECT
   FROM public.workspace_members member
  WHERE (member.user_id = users.id))));

CREATE POLICY workspace ON public.webhook_logs USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.webhooks USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.workspace_members USING ((workspace_id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

CREATE POLICY workspace ON public.workspaces USING ((id = ( SELECT public.current_workspace_id() AS current_workspace_id)));

ALTER TABLE public.workspace_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.workspaces ENABLE ROW LEVEL SECURITY;

GRANT ALL ON SCHEMA public TO mailgenius_owner;
GRANT USAGE ON SCHEMA public TO mailgenius_app;
GRANT USAGE ON SCHEMA public TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.current_workspace_id() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_app;
GRANT ALL ON FUNCTION public.current_workspace_id() TO mailgenius_readonly;

REVOKE ALL ON FUNCTION public.field_terms(p_fields jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.field_terms(p_fields jsonb) TO mailgenius_app;

REVOKE ALL ON FUNCTION public.set_updated_at() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO mailgenius_app;
GRANT SELECT ON TABLE public.api_keys TO mailgenius_readonly;

GRANT SELECT ON TABLE public.audit_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.audit_logs TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.automation_executions TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_executions TO mailgenius_readonly;

GRANT UPDATE(status) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(state) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(started_at) ON TABLE public.automation_executions TO mailgenius_app;

GRANT UPDATE(finished_at) ON TABLE public.automation_executions TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.automation_flows TO mailgenius_app;
GRANT SELECT ON TABLE public.automation_flows TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.campaigns TO mailgenius_app;
GRANT SELECT ON TABLE public.campaigns TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.email_sends TO mailgenius_app;
GRANT SELECT ON TABLE public.email_sends TO mailgenius_readonly;

GRANT UPDATE(email) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(status) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(provider_message_id) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(sent_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(delivered_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(opened_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(clicked_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(bounced_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(unsubscribed_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(complained_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT UPDATE(failed_at) ON TABLE public.email_sends TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.email_templates TO mailgenius_app;
GRANT SELECT ON TABLE public.email_templates TO mailgenius_readonly;

GRANT SELECT ON TABLE public.index_usage TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.lead_activities TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_activities TO mailgenius_readonly;

GRANT UPDATE(activity_type) ON TABLE public.lead_activities TO mailgenius_app;

GRANT UPDATE(data) ON TABLE public.lead_activities TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_segments TO mailgenius_app;
GRANT SELECT ON TABLE public.lead_segments TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leads TO mailgenius_app;
GRANT SELECT ON TABLE public.leads TO mailgenius_readonly;

GRANT SELECT ON TABLE public.users TO mailgenius_app;
GRANT SELECT ON TABLE public.users TO mailgenius_readonly;

GRANT SELECT,INSERT,DELETE ON TABLE public.webhook_logs TO mailgenius_app;
GRANT SELECT ON TABLE public.webhook_logs TO mailgenius_readonly;

GRANT UPDATE(event) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(payload) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT UPDATE(response_code) ON TABLE public.webhook_logs TO mailgenius_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks TO mailgenius_app;
GRANT SELECT ON TABLE public.webhooks TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspace_members TO mailgenius_app;
GRANT SELECT ON TABLE public.workspace_members TO mailgenius_readonly;

GRANT SELECT ON TABLE public.workspaces TO mailgenius_app;
GRANT SELECT ON TABLE public.workspaces TO mailgenius_readonly;

GRANT UPDATE(name) ON TABLE public.workspaces TO mailgenius_app;

GRANT UPDATE(settings) ON TABLE public.workspaces TO mailgenius_app;
