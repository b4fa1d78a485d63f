-- Version 2: episodes, so that reports count a service once, whatever was answered about it and however often.
-- They follow from the answers and their current categories alone (curette.denials.episodes), and are made again for
-- every claim about which something is new.

CREATE TABLE episodes ( -- All that one payer answered about one claim, told once.
    episode BIGINT NOT NULL, -- a number made of the payer and the claim's first answer
    payer_id VARCHAR, -- payments.payer_id
    control VARCHAR NOT NULL, -- CLP01 of the earliest answer
    status VARCHAR NOT NULL, -- final, pending, reversed (nothing stands), left_out (forwarded, predetermined, informational)
    scope VARCHAR NOT NULL, -- primary, secondary, tertiary, reversal, none
    service_date DATE, -- first day of service
    first_date DATE, -- payment date of the first final answer as primary payer; NULL where the store has none
    first_outcome VARCHAR, -- of the claim then: denied, partial_denial, paid, ...
    now_date DATE, -- payment date of the last final answer
    now_outcome VARCHAR, -- of the claim now
    answers INTEGER NOT NULL, -- final ones, those taken back too
    reversals INTEGER NOT NULL, -- answers that take one back
    appeal VARCHAR -- the last answer to an appeal: appeal_upheld, appeal_dismissed
);

CREATE TABLE episode_answers ( -- Which answers an episode is made of, and what it knew of each.
    episode BIGINT NOT NULL, -- episodes.episode
    payment BIGINT NOT NULL, -- remitted_claims.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    answer INTEGER NOT NULL, -- the greatest categories.answer of its lines then
    batch BIGINT, -- links.batch then
    billed_claim INTEGER -- links.billed_claim then
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
