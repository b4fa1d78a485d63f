-- Version 4: whether a line was answered again, also where the answer let the first one stand. All episodes are made anew.

DELETE FROM episodes;

DELETE FROM episode_answers;

DROP TABLE episode_lines;

CREATE TABLE episode_lines ( -- The service lines of an episode: where each was answered first, and where it stands now.
    episode BIGINT NOT NULL, -- episodes.episode
    first_payment BIGINT, -- categories.payment of the first final answer; NULL for a line that came later
    first_claim INTEGER, -- categories.claim
    first_line INTEGER, -- categories.line
    now_payment BIGINT, -- categories.payment of what stands now; NULL where nothing does
    now_claim INTEGER, -- categories.claim
    now_line INTEGER, -- categories.line
    again BOOLEAN NOT NULL -- a later final answer stands, be it one to an appeal, or one of the claim without this line
);
