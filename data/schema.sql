-- The input tables of a generation: what came in, as it came in.
-- Grain: said at each table. Parameters: none. Times are UTC; missing text is null, never ''.

-- one row per lead; more columns of a file are added as further dimensions; came_with_move: whether
-- no file says when it came, so that it came with the earliest of its moves; lead_number: its place
-- in order of creation, by which the derived tables know it, given when these are made
create table leads (
    lead_id varchar not null,
    created_at timestamp not null,
    source varchar,
    source_raw varchar,
    channel varchar,
    campaign varchar,
    owner varchar,
    team varchar,
    region varchar,
    industry varchar,
    company varchar,
    company_size varchar,
    name varchar,
    email varchar,
    phone varchar,
    amount double,
    currency varchar,
    need boolean,
    budget boolean,
    authority boolean,
    timing boolean,
    score double,
    came_with_move boolean not null default false,
    lead_number integer
);

-- one row per lead and filled cell of a column beyond those that leads have as dimensions
create table further_cells (
    lead_id varchar not null,
    header varchar not null,
    value varchar not null
);

-- one row per move; position decides between equal times: by the order of its file; known: 'moved',
-- when a file tells of the move itself, or 'status', when it is only seen in a present status: then
-- entered_at is the best date there is and, between two exports, the move lies after between_from
create table stage_history (
    lead_id varchar not null,
    stage varchar not null,
    entered_at timestamp not null,
    position bigint not null,
    changed_by varchar,
    known enum ('moved', 'status') not null default 'moved',
    between_from timestamp
);

-- one row per entry into an exit or a stage, and reason that a file names for it: of leaving, or of
-- going back. stage: what was entered; said_at: when, or of a present status the day of its export;
-- both null where a file only says why its leads were lost; known: as in stage_history; reason: as it
-- is written, of several in a cell one; kind: what it means, a slug of the pipeline's reasons
create table reasons (
    lead_id varchar not null,
    stage varchar,
    said_at timestamp,
    known varchar not null default 'moved',
    reason varchar not null,
    kind varchar not null
);

-- one row per lead and present status that an export shows, of a row of equal ones the first and the
-- last; stage: null where the export has none; seen_at: the day of the export, which is the latest
-- date in it; dated_at: when the lead was closed or its record changed; position: of its row
create table statuses (
    lead_id varchar not null,
    stage varchar,
    seen_at timestamp not null,
    dated_at timestamp,
    position bigint not null
);

-- one row per row of a file in which amounts of a lead add up, or each of its wins counts; sold_at:
-- the instant of its win, null when it names none
create table sales (
    lead_id varchar not null,
    sold_at timestamp,
    amount double,
    currency varchar,
    adds_up boolean not null,
    counts boolean not null
);

-- one row per contact with marketing
create table touches (
    lead_id varchar not null,
    touched_at timestamp not null,
    source varchar,
    channel varchar,
    campaign varchar,
    kind varchar
);

-- one row per first day, source and campaign; until is the last day that the amount covers, null
-- when that is the day alone
create table spend (
    day date not null,
    until date,
    source varchar,
    channel varchar,
    campaign varchar,
    amount double,
    currency varchar
);

-- one row per day and currency: what one of that currency is in the store's, from that day on
create table rates (
    day date not null,
    currency varchar not null,
    rate double not null
);

-- one row per lead, none where nothing of this is known: what screening found. place: its place in
-- the files, which decides who of several came first at one instant; screening: the verdict, null
-- where its file has no contacts; duplicate_of: the first lead of those that are one; batch: of a
-- purchased list; consent, call_outcome, call_attempts: as its file has them, null when unknown;
-- has_email, has_phone: whether one is given, null where it is not screened
create table screening (
    lead_id varchar not null,
    place bigint not null,
    screening varchar,
    screening_reason varchar,
    duplicate_of varchar,
    batch varchar,
    consent varchar,
    call_outcome varchar,
    call_attempts integer,
    has_email boolean,
    has_phone boolean
);

-- one row: the rules that the leads were screened by, as TOML; none where there was no screening
create table screening_rules (
    rules varchar not null
);

-- one row per row or value refused
create table rejected_rows (
    file varchar,
    line bigint,
    "column" varchar,
    value varchar,
    reason varchar not null,
    raw varchar
);

-- one row per file and table it fed
create table loaded_files (
    file varchar,
    "table" varchar,
    shape varchar,
    rows_read bigint,
    rows_loaded bigint,
    rows_rejected bigint,
    loaded_at timestamp,
    encoding varchar,
    delimiter varchar
);

-- one row per fact about the generation itself; value is JSON
create table about (
    fact varchar not null,
    value varchar not null
);
