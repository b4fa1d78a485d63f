-- Version 3: what pre-flight said of each claim, for the rate of clean claims.

CREATE TABLE checks ( -- What `curette check --store` said of each claim the first time it saw it.
    control VARCHAR NOT NULL, -- CLM01
    billing VARCHAR, -- NPI of the billing provider; NULL for a claim that cannot be read
    seen DATE NOT NULL, -- the day of that check
    clean BOOLEAN NOT NULL, -- nothing held it
    rules VARCHAR[] NOT NULL, -- what held it, of the claim itself; what stands above several claims holds them without
    charge BIGINT NOT NULL, -- CLM02, cents
    service_date DATE, -- first day of service
    rendering VARCHAR, -- NPI of NM1*82, else of the billing provider
    location VARCHAR -- CLM05-1, place of service
);
