-- One statement for a line: its turn, its place, its head. What it does it does as whoever calls it, under the triggers.
CREATE FUNCTION fuin_append(of_office text, at_seq bigint, new_lines text[], new_head text) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    place bigint := at_seq;
    new_line text;
BEGIN
    PERFORM set_config('fuin.office', of_office, true);
    PERFORM pg_advisory_xact_lock(hashtextextended(of_office, 0));
    IF at_seq = 0 THEN
        INSERT INTO public.office (id) VALUES (of_office) ON CONFLICT DO NOTHING;
    END IF;
    -- One after the other: each looks at the one before it.
    FOREACH new_line IN ARRAY new_lines LOOP
        INSERT INTO public.ledger_line (office, seq, line, sha256, kind) VALUES (of_office, place, new_line, '', '');
        place := place + 1;
    END LOOP;
    INSERT INTO public.ledger_head (office, lines, head) VALUES (of_office, place, new_head);
END
$$;
REVOKE ALL ON FUNCTION fuin_append(text, bigint, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fuin_append(text, bigint, text[], text) TO fuin_service;

-- A ledger that comes from elsewhere may have lost a year there (FORMAT.md §10.10): what is left of a line takes its
-- place. Whether a line says that it was destroyed, who reads the ledger checks; nothing here can be made of it.
CREATE OR REPLACE FUNCTION fuin_line_follows() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    before public.ledger_line;
    is_left boolean := NEW.line LIKE '{"format":"fuin-destroyed/1",%';
    said jsonb := CASE WHEN is_left THEN NEW.line::jsonb ELSE public.fuin_payload(NEW.line) END;
BEGIN
    SELECT * INTO before FROM public.ledger_line WHERE office = NEW.office ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> COALESCE(before.seq + 1, 0) THEN
        RAISE EXCEPTION 'line % of % is not the next one', NEW.seq, NEW.office USING ERRCODE = 'unique_violation';
    END IF;
    NEW.written_at := clock_timestamp();
    IF is_left THEN
        NEW.sha256 := decode(rpad(translate(said ->> 'sha256', '-_', '+/'), 44, '='), 'base64');
        NEW.kind := 'destroyed';
        RETURN NEW;
    END IF;
    IF said ->> 'prev' IS DISTINCT FROM public.fuin_base64url(COALESCE(before.sha256, decode(repeat('00', 32), 'hex')))
        OR (said ->> 'seq')::bigint IS DISTINCT FROM NEW.seq THEN
        RAISE EXCEPTION 'line % of % does not continue the one before', NEW.seq, NEW.office
            USING ERRCODE = 'check_violation';
    END IF;
    NEW.sha256 := sha256(convert_to(NEW.line, 'UTF8'));
    NEW.kind := said -> 'event' ->> 'kind';
    RETURN NEW;
END
$$;
