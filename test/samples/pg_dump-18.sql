--
-- PostgreSQL database dump
--

\restrict Kx0v4UmHc2lTg9bQz

-- Dumped from database version 18.3
-- Dumped by pg_dump version 18.3

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: shop; Type: SCHEMA; Schema: -; Owner: postgres
--

CREATE SCHEMA shop;


ALTER SCHEMA shop OWNER TO postgres;

--
-- Name: loose; Type: COLLATION; Schema: shop; Owner: postgres
--

CREATE COLLATION shop.loose (provider = icu, deterministic = false, locale = 'und-u-ks-level2');


ALTER COLLATION shop.loose OWNER TO postgres;

--
-- Name: citext; Type: EXTENSION; Schema: -; Owner: -
--

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;


--
-- Name: EXTENSION citext; Type: COMMENT; Schema: -; Owner: 
--

COMMENT ON EXTENSION citext IS 'data type for case-insensitive character strings';


--
-- Name: email; Type: DOMAIN; Schema: shop; Owner: postgres
--

CREATE DOMAIN shop.email AS public.citext
	CONSTRAINT email_check CHECK ((VALUE OPERATOR(public.~) '@'::public.citext));


ALTER DOMAIN shop.email OWNER TO postgres;

--
-- Name: mood; Type: TYPE; Schema: shop; Owner: postgres
--

CREATE TYPE shop.mood AS ENUM (
    'calm',
    'odd;'
);


ALTER TYPE shop.mood OWNER TO postgres;

--
-- Name: changed(); Type: FUNCTION; Schema: shop; Owner: postgres
--

CREATE FUNCTION shop.changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin if new.id is null then raise 'x;'; end if; return new; end; $$;


ALTER FUNCTION shop.changed() OWNER TO postgres;

--
-- Name: kind(integer); Type: FUNCTION; Schema: shop; Owner: postgres
--

CREATE FUNCTION shop.kind(x integer) RETURNS text
    LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC
 SELECT 1;
 SELECT
         CASE
             WHEN (x > 1) THEN 'a;'::text
             ELSE 'b'::text
         END AS "case";
END;


ALTER FUNCTION shop.kind(x integer) OWNER TO postgres;

--
-- Name: seen(); Type: FUNCTION; Schema: shop; Owner: postgres
--

CREATE FUNCTION shop.seen() RETURNS event_trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'fired;'; end $$;


ALTER FUNCTION shop.seen() OWNER TO postgres;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: session; Type: TABLE; Schema: public; Owner: postgres
--

CREATE TABLE public.session (
    sid character varying NOT NULL COLLATE pg_catalog."C",
    sess json NOT NULL,
    expire timestamp(6) without time zone NOT NULL
)
WITH (fillfactor='80');


ALTER TABLE public.session OWNER TO postgres;

--
-- Name: TABLE session; Type: COMMENT; Schema: public; Owner: postgres
--

COMMENT ON TABLE public.session IS 'it''s; -- a "comment"';


--
-- Name: carts; Type: TABLE; Schema: shop; Owner: app
--

CREATE TABLE shop.carts (
    id bigint NOT NULL,
    session_sid character varying,
    mail shop.email,
    mood shop.mood DEFAULT 'odd;'::shop.mood,
    note text DEFAULT '--;'::text,
    total integer GENERATED ALWAYS AS ((1 + 1)),
    loose text COLLATE shop.loose
);


ALTER TABLE shop.carts OWNER TO app;

--
-- Name: carts_id_seq; Type: SEQUENCE; Schema: shop; Owner: app
--

ALTER TABLE shop.carts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME shop.carts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: noted; Type: VIEW; Schema: shop; Owner: postgres
--

CREATE VIEW shop.noted AS
 SELECT id,
    'a;b'::text AS c
   FROM shop.carts;


ALTER VIEW shop.noted OWNER TO postgres;

--
-- Name: one; Type: MATERIALIZED VIEW; Schema: shop; Owner: postgres
--

CREATE MATERIALIZED VIEW shop.one AS
 SELECT 1 AS x
  WITH NO DATA;


ALTER MATERIALIZED VIEW shop.one OWNER TO postgres;

--
-- Name: visits; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.visits (
    id integer,
    at date
)
PARTITION BY RANGE (at);


ALTER TABLE shop.visits OWNER TO postgres;

--
-- Name: visits_2026; Type: TABLE; Schema: shop; Owner: postgres
--

CREATE TABLE shop.visits_2026 (
    id integer,
    at date
);


ALTER TABLE shop.visits_2026 OWNER TO postgres;

--
-- Name: visits_2026; Type: TABLE ATTACH; Schema: shop; Owner: postgres
--

ALTER TABLE ONLY shop.visits ATTACH PARTITION shop.visits_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');


--
-- Name: session session_pkey; Type: CONSTRAINT; Schema: public; Owner: postgres
--

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (sid);


--
-- Name: carts carts_mail_key; Type: CONSTRAINT; Schema: shop; Owner: app
--

ALTER TABLE ONLY shop.carts
    ADD CONSTRAINT carts_mail_key UNIQUE (mail);


--
-- Name: carts carts_pkey; Type: CONSTRAINT; Schema: shop; Owner: app
--

ALTER TABLE ONLY shop.carts
    ADD CONSTRAINT carts_pkey PRIMARY KEY (id);


--
-- Name: carts_lower_idx; Type: INDEX; Schema: shop; Owner: app
--

CREATE UNIQUE INDEX carts_lower_idx ON shop.carts USING btree (lower(note)) WHERE (note <> ';'::text);


--
-- Name: carts_session_sid_idx; Type: INDEX; Schema: shop; Owner: app
--

CREATE INDEX carts_session_sid_idx ON shop.carts USING btree (session_sid);


--
-- Name: visits_2026 both_ways; Type: RULE; Schema: shop; Owner: postgres
--

CREATE RULE both_ways AS
    ON INSERT TO shop.visits_2026 DO ( SELECT 1 AS "?column?";
 SELECT 2 AS "?column?";
);


--
-- Name: carts changed; Type: TRIGGER; Schema: shop; Owner: app
--

CREATE TRIGGER changed BEFORE INSERT ON shop.carts FOR EACH ROW EXECUTE FUNCTION shop.changed();

ALTER TABLE shop.carts DISABLE TRIGGER changed;


--
-- Name: carts carts_session; Type: FK CONSTRAINT; Schema: shop; Owner: app
--

ALTER TABLE ONLY shop.carts
    ADD CONSTRAINT carts_session FOREIGN KEY (session_sid) REFERENCES public.session(sid) ON DELETE CASCADE NOT VALID;


--
-- Name: carts; Type: ROW SECURITY; Schema: shop; Owner: app
--

ALTER TABLE shop.carts ENABLE ROW LEVEL SECURITY;

--
-- Name: carts own; Type: POLICY; Schema: shop; Owner: app
--

CREATE POLICY own ON shop.carts TO app USING ((note <> 'x;'::text));


--
-- Name: all_carts; Type: PUBLICATION; Schema: -; Owner: postgres
--

CREATE PUBLICATION all_carts WITH (publish = 'insert, update, delete, truncate');


ALTER PUBLICATION all_carts OWNER TO postgres;

--
-- Name: all_carts carts; Type: PUBLICATION TABLE; Schema: shop; Owner: postgres
--

ALTER PUBLICATION all_carts ADD TABLE ONLY shop.carts;


--
-- Name: TABLE carts; Type: ACL; Schema: shop; Owner: app
--

GRANT SELECT ON TABLE shop.carts TO "odd role";


--
-- Name: DEFAULT PRIVILEGES FOR TABLES; Type: DEFAULT ACL; Schema: -; Owner: app
--

ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO "odd role";


--
-- Name: seen; Type: EVENT TRIGGER; Schema: -; Owner: postgres
--

CREATE EVENT TRIGGER seen ON ddl_command_end
   EXECUTE FUNCTION shop.seen();

ALTER EVENT TRIGGER seen DISABLE;


ALTER EVENT TRIGGER seen OWNER TO postgres;

--
-- PostgreSQL database dump complete
--

\unrestrict Kx0v4UmHc2lTg9bQz


