-- Projections of funding's journal; every row can be made again from it. There is no table of postings: the journal has
-- them, by unit and number, in the order in which they are listed.

-- A channel with its terms, as it is served (`record` holds yishi.funding.v1.Channel); `unit` is its owner, hosted here or
-- not: money from above keeps its earmark. No statement updates it.
CREATE TABLE channel (
    unit    BIGINT NOT NULL,
    year    BIGINT NOT NULL,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 1),
    kind    BIGINT NOT NULL CHECK (kind BETWEEN 1 AND 10),
    record  BYTEA  NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
);

-- What a holder has of a channel. The rules balance every posting; the last check says so once more, and no program can
-- store books that do not balance. No sum in it can pass what was received, so none overflows.
CREATE TABLE account (
    unit            BIGINT NOT NULL,
    owner           BIGINT NOT NULL,
    year            BIGINT NOT NULL,
    ordinal         BIGINT NOT NULL,
    received_fen    BIGINT NOT NULL CHECK (received_fen >= 0),
    free_fen        BIGINT NOT NULL CHECK (free_fen >= 0),
    committed_fen   BIGINT NOT NULL CHECK (committed_fen >= 0),
    paid_fen        BIGINT NOT NULL CHECK (paid_fen >= 0),
    in_transit_fen  BIGINT NOT NULL CHECK (in_transit_fen >= 0),
    passed_down_fen BIGINT NOT NULL CHECK (passed_down_fen >= 0),
    returned_up_fen BIGINT NOT NULL CHECK (returned_up_fen >= 0),
    lapsed_fen      BIGINT NOT NULL CHECK (lapsed_fen >= 0),
    PRIMARY KEY (unit, owner, year, ordinal),
    CHECK (received_fen = free_fen + committed_fen + paid_fen + in_transit_fen + passed_down_fen + returned_up_fen
                          + lapsed_fen)
);

-- The last ordinals that a unit gave: to its channels of a year, and to transfers of channels of that year.
CREATE TABLE book (
    unit      BIGINT NOT NULL,
    year      BIGINT NOT NULL,
    channels  BIGINT NOT NULL CHECK (channels >= 0),
    transfers BIGINT NOT NULL CHECK (transfers >= 0),
    PRIMARY KEY (unit, year)
);

-- A transfer as `unit` sees it: where both sides are hosted here there are two rows (yishi.funding.v1.Transfer).
CREATE TABLE transfer (
    unit    BIGINT NOT NULL,
    sender  BIGINT NOT NULL,
    year    BIGINT NOT NULL,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 1),
    record  BYTEA  NOT NULL,
    PRIMARY KEY (unit, sender, year, ordinal)
);

-- The funding of a matter as it is served (yishi.funding.v1.MatterFunding), under its village: a village's and a
-- township's few matters are summed from here (investment_below.sql).
CREATE TABLE matter (
    unit    BIGINT NOT NULL,
    year    BIGINT NOT NULL,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 1),
    record  BYTEA  NOT NULL,
    PRIMARY KEY (unit, year, ordinal)
);

-- What an order gives to a village, `unit`, and from which channel it was paid: once, says the key.
CREATE TABLE reward (
    unit            BIGINT NOT NULL,
    order_id        TEXT COLLATE "C" NOT NULL,
    payer           BIGINT NOT NULL,
    amount_fen      BIGINT NOT NULL CHECK (amount_fen >= 1),
    channel_owner   BIGINT,
    channel_year    BIGINT CHECK ((channel_year IS NULL) = (channel_owner IS NULL)),
    channel_ordinal BIGINT CHECK ((channel_ordinal IS NULL) = (channel_owner IS NULL)),
    paid_us         BIGINT CHECK ((paid_us IS NULL) = (channel_owner IS NULL)),
    PRIMARY KEY (unit, order_id)
);

-- Sums for counties and above: by category (kind 0), where `number` counts matters with money, and by kind of channel
-- (category 0), where it counts rewards under their kind. The year is the matter's, or the reward channel's. No check on
-- signs: an update is first a row of its own, and that may be less than nothing.
CREATE TABLE tally (
    unit          BIGINT NOT NULL,
    year          BIGINT NOT NULL,
    category      BIGINT NOT NULL CHECK (category BETWEEN 0 AND 5),
    kind          BIGINT NOT NULL CHECK (kind BETWEEN 0 AND 10),
    number        BIGINT NOT NULL,
    committed_fen BIGINT NOT NULL,
    paid_fen      BIGINT NOT NULL,
    PRIMARY KEY (unit, year, category, kind),
    CHECK ((category = 0) <> (kind = 0))
);
