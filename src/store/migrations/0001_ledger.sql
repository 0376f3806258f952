-- Ledgers of offices. Events stay what they are: signed lines. The database keeps the chain by itself, and lets nobody
-- who serves change or delete a line.

CREATE TABLE office (
    id text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9_-]{43}$'),
    began_at timestamptz NOT NULL DEFAULT now()
);

-- That an office is there is looked at with its first line: a foreign key would lock its row for each line.
CREATE TABLE ledger_line (
    office text NOT NULL,
    seq bigint NOT NULL CHECK (seq >= 0),
    line text NOT NULL,
    sha256 bytea NOT NULL,
    kind text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (office, seq)
);
CREATE INDEX ledger_line_destroyed ON ledger_line (office) WHERE kind = 'year_destroyed';

CREATE TABLE ledger_head (
    office text NOT NULL,
    lines bigint NOT NULL CHECK (lines > 0),
    head text NOT NULL,
    PRIMARY KEY (office, lines)
);

CREATE FUNCTION fuin_base64url(bytes bytea) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT rtrim(translate(encode(bytes, 'base64'), E'+/\n', '-_'), '=') $$;

-- What a signed line says (RFC 7515): the second of its three parts.
CREATE FUNCTION fuin_payload(line text) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
    -- A text in it may have the letter 0, which jsonb does not take.
    SELECT replace(
        convert_from(decode(rpad(part, ((length(part) + 3) / 4) * 4, '='), 'base64'), 'UTF8'), '\u0000', '\ufffd'
    )::jsonb
    FROM translate(split_part(line, '.', 2), '-_', '+/') AS part
$$;

-- A line continues the one before it (FORMAT.md §10.3), or it is the first. A ledger that comes from elsewhere may have
-- lost a year there (§10.10): what is left of a line takes its place. Whether a line says that it was destroyed, who
-- reads the ledger checks; nothing here can be made of it.
CREATE FUNCTION fuin_line_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    before_seq bigint;
    before_sha256 bytea;
    is_left boolean := NEW.line LIKE '{"format":"fuin-destroyed/1",%';
    said jsonb := CASE WHEN is_left THEN NEW.line::jsonb ELSE public.fuin_payload(NEW.line) END;
BEGIN
    SELECT seq, sha256 INTO before_seq, before_sha256 FROM public.ledger_line
        WHERE office = NEW.office ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> COALESCE(before_seq + 1, 0) THEN
        RAISE EXCEPTION 'line % of % is not the next one', NEW.seq, NEW.office USING ERRCODE = 'unique_violation';
    END IF;
    IF NEW.seq = 0 AND NOT EXISTS (SELECT FROM public.office WHERE id = NEW.office) THEN
        RAISE EXCEPTION 'there is no office %', NEW.office USING ERRCODE = 'foreign_key_violation';
    END IF;
    NEW.written_at := clock_timestamp();
    IF is_left THEN
        NEW.sha256 := decode(rpad(translate(said ->> 'sha256', '-_', '+/'), 44, '='), 'base64');
        NEW.kind := 'destroyed';
        RETURN NEW;
    END IF;
    IF said ->> 'prev' IS DISTINCT FROM public.fuin_base64url(COALESCE(before_sha256, decode(repeat('00', 32), 'hex')))
        OR (said ->> 'seq')::bigint IS DISTINCT FROM NEW.seq THEN
        RAISE EXCEPTION 'line % of % does not continue the one before', NEW.seq, NEW.office
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.sha256 := sha256(convert_to(NEW.line, 'UTF8'));
    NEW.kind := said -> 'event' ->> 'kind';
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_line_follows BEFORE INSERT ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION fuin_line_follows();

-- A head counts the lines that there are, and names the last one (FORMAT.md §10.4).
CREATE FUNCTION fuin_head_fits() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    last_seq bigint;
    last_sha256 bytea;
    said jsonb := public.fuin_payload(NEW.head);
BEGIN
    SELECT seq, sha256 INTO last_seq, last_sha256 FROM public.ledger_line
        WHERE office = NEW.office ORDER BY seq DESC LIMIT 1;
    IF last_seq IS NULL OR NEW.lines <> last_seq + 1 OR (said ->> 'lines')::bigint IS DISTINCT FROM NEW.lines
        OR said ->> 'sha256' IS DISTINCT FROM public.fuin_base64url(last_sha256) THEN
        RAISE EXCEPTION 'a head of % does not count its lines', NEW.office USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_head_fits BEFORE INSERT ON ledger_head
    FOR EACH ROW EXECUTE FUNCTION fuin_head_fits();

-- The only change of a line: to what is left of it (FORMAT.md §10.10).
CREATE FUNCTION fuin_line_stays() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    left_of jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'ledger_line' THEN
        left_of := CASE WHEN NEW.line LIKE '{"format":"fuin-destroyed/1",%' THEN NEW.line::jsonb END;
        IF (NEW.office, NEW.seq, NEW.sha256, NEW.kind, NEW.written_at)
                IS NOT DISTINCT FROM (OLD.office, OLD.seq, OLD.sha256, 'destroyed'::text, OLD.written_at)
            AND left_of ->> 'format' = 'fuin-destroyed/1'
            AND left_of ->> 'sha256' = public.fuin_base64url(OLD.sha256)
            AND left_of ->> 'leaf' = public.fuin_base64url(sha256('\x00'::bytea || convert_to(OLD.line, 'UTF8')))
            AND EXISTS (
                SELECT FROM public.ledger_line said, jsonb_array_elements(public.fuin_payload(said.line) -> 'event' -> 'lines') AS gone
                WHERE said.office = OLD.office AND said.kind = 'year_destroyed'
                    AND OLD.seq + 1 BETWEEN (gone ->> 0)::bigint AND (gone ->> 1)::bigint
            )
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER ledger_line_stays BEFORE UPDATE OR DELETE ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION fuin_line_stays();
CREATE TRIGGER ledger_line_is_not_emptied BEFORE TRUNCATE ON ledger_line
    FOR EACH STATEMENT EXECUTE FUNCTION fuin_line_stays();
CREATE TRIGGER ledger_head_stays BEFORE UPDATE OR DELETE ON ledger_head
    FOR EACH ROW EXECUTE FUNCTION fuin_line_stays();
CREATE TRIGGER ledger_head_is_not_emptied BEFORE TRUNCATE ON ledger_head
    FOR EACH STATEMENT EXECUTE FUNCTION fuin_line_stays();

CREATE TRIGGER office_stays BEFORE UPDATE OR DELETE ON office
    FOR EACH ROW EXECUTE FUNCTION fuin_line_stays();
CREATE TRIGGER office_is_not_emptied BEFORE TRUNCATE ON office
    FOR EACH STATEMENT EXECUTE FUNCTION fuin_line_stays();

-- Who listens hears of an office when its line is there to be read.
CREATE FUNCTION fuin_line_is_told() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS
$$
BEGIN
    PERFORM pg_notify('fuin_ledger', NEW.office);
    RETURN NULL;
END
$$;
CREATE TRIGGER ledger_line_is_told AFTER INSERT ON ledger_line
    FOR EACH ROW EXECUTE FUNCTION fuin_line_is_told();

-- Whoever serves has no right to update; this puts what is left of a line in its place, under the trigger above.
CREATE FUNCTION fuin_destroy(of_office text, at_seq bigint, left_of text) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$
    UPDATE public.ledger_line SET line = left_of, kind = 'destroyed'
    WHERE office = of_office AND office = current_setting('fuin.office', true) AND seq = at_seq
        AND kind <> 'destroyed'
$$;
REVOKE ALL ON FUNCTION fuin_destroy(text, bigint, text) FROM PUBLIC;

-- Offices are kept apart: a transaction says of which one it is.
ALTER TABLE ledger_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_head ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_office ON ledger_line USING (office = current_setting('fuin.office', true));
CREATE POLICY own_office ON ledger_head USING (office = current_setting('fuin.office', true));

-- The role of whoever serves; people of the database give it to a user of their own that may log in.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'fuin_service') THEN
        CREATE ROLE fuin_service NOLOGIN;
    END IF;
END $$;
-- Nobody puts a table of their own in the place of one of these.
DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()); END $$;
GRANT SELECT, INSERT ON office, ledger_line, ledger_head TO fuin_service;
GRANT EXECUTE ON FUNCTION fuin_destroy(text, bigint, text) TO fuin_service;
