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
