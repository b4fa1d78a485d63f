-- Version 6: what a person says of denied lines, so that every answer that is made anew heeds it; a claim that is
-- answered whole and by lines is one service. All episodes are made anew.

CREATE TABLE overrides ( -- The rows of the file that `curette nightly --overrides` was given last.
    file_row INTEGER NOT NULL, -- where it stands in the file
    given DATE NOT NULL, -- the day of the row; it holds for payments up to it
    claim VARCHAR NOT NULL, -- CLP01
    line VARCHAR, -- control number or number of a line; NULL for every denied line of the claim
    trace VARCHAR, -- TRN02, where the row holds for one payment only
    general_category VARCHAR, -- as the person has it; NULL for that of the tables
    derm_category VARCHAR, -- likewise; none where it is no matter of dermatology
    derm_sub VARCHAR, -- its sub-category
    given_by VARCHAR -- who, as they wrote it
);

DELETE FROM episodes;

DELETE FROM episode_lines;

DELETE FROM episode_answers;
