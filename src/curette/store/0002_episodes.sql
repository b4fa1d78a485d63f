-- Version 2: episodes, so that reports count a service once whatever was answered about it, and however often.
-- They follow from the answers and their current categories alone (curette.denials.episodes) and are made again for
-- every claim that something new is said about.

CREATE TABLE episodes ( -- All that one payer answered about one claim, told once.
    episode BIGINT PRIMARY KEY, -- a number made of the payer and the claim's first answer
    payer_id VARCHAR, -- payments.payer_id
    control VARCHAR NOT NULL, -- CLP01 of the earliest answer
    status VARCHAR NOT NULL, -- final, pending, reversed (nothing stands), left_out (forwarded, predetermined, informational)
    scope VARCHAR NOT NULL, -- primary, secondary, tertiary, reversal, none
    service_date DATE, -- first day of service
    first_date DATE, -- payment date of the first final answer as primary payer; NULL where it is not in the store
    first_outcome VARCHAR, -- of the claim then: denied, partial_denial, paid, ...
    now_date DATE, -- payment date of the last final answer
    now_outcome VARCHAR, -- of the claim now
    answers INTEGER NOT NULL, -- final ones, those taken back too
    reversals INTEGER NOT NULL, -- answers that take one back
    recouped BIGINT NOT NULL, -- cents taken back, without a correction or beside the claims (PLB)
    appeal VARCHAR -- the last answer to an appeal: appeal_upheld, appeal_dismissed
);

CREATE TABLE episode_answers ( -- Which answers an episode is made of.
    episode BIGINT NOT NULL, -- episodes.episode
    payment BIGINT NOT NULL, -- remitted_claims.payment
    claim INTEGER NOT NULL -- remitted_claims.claim
);

CREATE TABLE episode_lines ( -- The service lines of an episode: where each was answered first, and where it stands now.
    episode BIGINT NOT NULL, -- episodes.episode
    first_payment BIGINT, -- categories.payment of the first final answer; NULL for a line that came later
    first_claim INTEGER, -- categories.claim
    first_line INTEGER, -- categories.line
    now_payment BIGINT, -- categories.payment of what stands now; NULL where nothing does
    now_claim INTEGER, -- categories.claim
    now_line INTEGER -- categories.line
);
