-- Version 2: claims word for word as they were sent, so that one that is sent again can be compared with it.

CREATE TABLE originals ( -- What was sent, word for word, patients too: the one table with names, and the one that `curette export` leaves out.
    batch BIGINT NOT NULL, -- billed_claims.batch
    claim INTEGER NOT NULL, -- billed_claims.claim
    person VARCHAR, -- digest of the patient's name, birth date and member number: the same for the same patient
    born VARCHAR, -- the patient's birth date as it was sent (DMG02)
    head VARCHAR NOT NULL, -- segments of the batch: BHT, submitter and receiver
    billing VARCHAR NOT NULL, -- segments of the billing provider, without HL as those below
    subscriber VARCHAR NOT NULL, -- segments of the subscriber and payer
    patient VARCHAR, -- segments of a patient who is not the subscriber
    segments VARCHAR NOT NULL -- segments of the claim and its lines
);
