-- What the store of curette holds, version 1. A later version is a numbered file of changes beside this one
-- (0002_words.sql, ...), applied in order to a store that is older. Comments become the comments of tables and columns
-- (DuckDB shows them in duckdb_tables() and duckdb_columns()) and docs/store.md.
--
-- Money is whole cents, units are thousandths. What is absent is NULL, never an empty text. No table of this
-- version holds a patient's name, birth date, address or member number.

CREATE TABLE schema_versions ( -- Which versions of this schema the store went through.
    version INTEGER NOT NULL, -- 1, 2, 3, ...; the greatest is what it has now
    applied_at TIMESTAMP NOT NULL -- when, UTC
);

CREATE TABLE files ( -- Every file that was read, known by its bytes; what is whole is not read again.
    sha256 VARCHAR PRIMARY KEY, -- of its bytes, in hexadecimal
    name VARCHAR NOT NULL, -- as it lay in the inbox the first time; it decides nothing
    size BIGINT NOT NULL, -- in bytes
    whole BOOLEAN NOT NULL, -- nothing of it was refused or conflicts
    read_at TIMESTAMP NOT NULL -- when it was read last, UTC
);

CREATE TABLE interchanges ( -- Envelopes (ISA) in which accepted transactions came.
    interchange BIGINT PRIMARY KEY, -- a number made of the columns below
    sender_qualifier VARCHAR, -- ISA05
    sender VARCHAR, -- ISA06
    receiver_qualifier VARCHAR, -- ISA07
    receiver VARCHAR, -- ISA08
    created VARCHAR, -- ISA09 and ISA10, YYMMDDHHMM
    control VARCHAR, -- ISA13
    usage VARCHAR -- ISA15: P production, T test
);

CREATE TABLE transactions ( -- Every transaction (ST to SE) that was accepted, once, whatever file it came in.
    transaction BIGINT PRIMARY KEY, -- a number made of its content; payments.payment and billed_claims.batch are such numbers
    content VARCHAR NOT NULL UNIQUE, -- SHA-256 of its segments from ST+1 to SE-1, without delimiters and line breaks
    kind VARCHAR NOT NULL, -- 835 or 837P
    version VARCHAR NOT NULL, -- the implementation guide: 005010X221A1, 005010X222A1
    interchange BIGINT NOT NULL, -- the envelope it came in first
    group_control VARCHAR, -- GS06
    control VARCHAR, -- ST02
    file VARCHAR NOT NULL, -- files.sha256 of the file it came in first
    accepted_at TIMESTAMP NOT NULL, -- when, UTC
    superseded_by VARCHAR -- content of the transaction that replaced it; the rows of this one are then gone
);

CREATE TABLE payments ( -- Remittances (835): one payment each.
    payment BIGINT NOT NULL, -- transactions.transaction
    payer_name VARCHAR, -- N1*PR, N102
    payer_id VARCHAR, -- N104 of the payer, else REF*2U, NF or EO, else TRN03
    originator VARCHAR, -- TRN03
    payee_id VARCHAR, -- N104 of the payee
    billing VARCHAR, -- NPI of the payee, where N103 is XX
    trace VARCHAR, -- TRN02: check or EFT number, with its leading zeros
    amount BIGINT NOT NULL, -- BPR02, cents
    payment_date DATE, -- BPR16
    production_date DATE, -- DTM*405
    method VARCHAR, -- BPR04: ACH, CHK, NON, ...
    handling VARCHAR, -- BPR01: I remittance only, H notification, C payment with remittance, ...
    claims INTEGER NOT NULL, -- how many claims it answers
    claims_paid BIGINT NOT NULL, -- sum of CLP04, cents
    balanced BOOLEAN NOT NULL -- claims, lines and provider adjustments add up to the cent
);

CREATE TABLE provider_adjustments ( -- Money kept or given beside the claims (PLB). A positive amount lowers the payment.
    payment BIGINT NOT NULL, -- payments.payment
    position INTEGER NOT NULL, -- 1, 2, 3 within the payment
    provider VARCHAR, -- PLB01
    fiscal_period DATE, -- PLB02
    reason VARCHAR NOT NULL, -- PLB03-1: WO overpayment recovery, FB forwarding balance, L6 interest, 72 authorised return, ...
    reference VARCHAR, -- PLB03-2, often a claim number; without the member number that some payers write behind it
    amount BIGINT NOT NULL -- cents
);

CREATE TABLE remitted_claims ( -- Claims as payers answered them (2100): one row an answer, so reversals and corrections are rows of their own.
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- 1, 2, 3 within the payment
    control VARCHAR NOT NULL, -- CLP01, the provider's number of the claim
    payer_claim VARCHAR, -- CLP07, the payer's number
    original_payer_claim VARCHAR, -- REF*F8
    status VARCHAR NOT NULL, -- CLP02: 1 primary, 2 secondary, 4 denied, 22 reversal, ...
    charge BIGINT NOT NULL, -- CLP03, cents
    paid BIGINT NOT NULL, -- CLP04, cents
    patient_responsibility BIGINT, -- CLP05, cents
    filing_indicator VARCHAR, -- CLP06
    place_of_service VARCHAR, -- CLP08
    frequency VARCHAR, -- CLP09
    service_from DATE, -- DTM*232, else the first day of the lines
    service_to DATE, -- DTM*233, else the last day of the lines
    received DATE, -- DTM*050: when the payer received the claim
    rendering VARCHAR, -- NPI of NM1*82
    crossover_payer VARCHAR, -- NM1*TT: name of the payer to whom the claim was forwarded
    corrected_payer VARCHAR, -- NM1*PR: name of the payer who should have been billed first
    segments VARCHAR NOT NULL -- the claim's segments without patient data, from which it is categorised again; not for reports
);

CREATE TABLE remitted_lines ( -- Service lines as payers answered them (2110).
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    line INTEGER NOT NULL, -- 1, 2, 3 within the claim
    control VARCHAR, -- REF*6R, the provider's number of the line
    qualifier VARCHAR, -- SVC01-1: HC for CPT and HCPCS
    procedure VARCHAR, -- SVC01-2, as adjudicated
    modifiers VARCHAR[] NOT NULL, -- SVC01-3 to 6
    submitted_procedure VARCHAR, -- SVC06-2, where the payer changed the code
    submitted_modifiers VARCHAR[] NOT NULL, -- SVC06-3 to 6
    charge BIGINT NOT NULL, -- SVC02, cents
    paid BIGINT NOT NULL, -- SVC03, cents
    allowed BIGINT, -- AMT*B6, cents, where the payer says it
    units BIGINT NOT NULL, -- SVC05, thousandths
    submitted_units BIGINT, -- SVC07, thousandths
    service_from DATE, -- DTM*472 or 150
    service_to DATE, -- DTM*472 or 151
    rendering VARCHAR -- REF*HPI, NPI
);

CREATE TABLE adjustments ( -- Why less was paid than charged (CAS): one row a reason, each once, where the payer put it.
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    line INTEGER NOT NULL, -- remitted_lines.line; 0 for an adjustment of the claim as a whole
    position INTEGER NOT NULL, -- 1, 2, 3 within the line or claim
    group_code VARCHAR, -- CAS01: CO, PR, OA, PI
    carc VARCHAR NOT NULL, -- claim adjustment reason code
    amount BIGINT NOT NULL, -- cents; a positive one lowers what is paid
    quantity BIGINT -- thousandths
);

CREATE TABLE remarks ( -- Remark codes: of lines (LQ*HE) and of claims (MIA, MOA).
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    line INTEGER NOT NULL, -- remitted_lines.line; 0 for a remark on the claim
    position INTEGER NOT NULL, -- 1, 2, 3 within the line or claim
    rarc VARCHAR NOT NULL -- remittance advice remark code
);

CREATE TABLE billed_claims ( -- Claims as they were sent (837P, 2300).
    batch BIGINT NOT NULL, -- transactions.transaction
    claim INTEGER NOT NULL, -- 1, 2, 3 within the batch
    control VARCHAR NOT NULL, -- CLM01, which a remittance repeats as CLP01
    patient INTEGER NOT NULL, -- 1, 2, 3 within the batch: claims with one number are one patient's, and it says no more
    sent DATE, -- BHT04: when the batch was made
    frequency VARCHAR, -- CLM05-3: 1 original, 7 replacement, 8 void
    original_payer_claim VARCHAR, -- REF*F8: the payer's number of the claim that this one replaces or voids
    charge BIGINT NOT NULL, -- CLM02, cents
    place_of_service VARCHAR, -- CLM05-1
    payer_name VARCHAR, -- NM1*PR
    payer_id VARCHAR, -- NM109 of the payer
    payer_sequence VARCHAR, -- SBR01: P primary, S secondary, T tertiary
    filing_indicator VARCHAR, -- SBR09
    billing VARCHAR, -- NPI of the billing provider
    rendering VARCHAR, -- NPI of NM1*82, else of the billing provider
    referring VARCHAR, -- NPI of NM1*DN
    facility VARCHAR, -- NPI of NM1*77, where the service was given elsewhere
    authorization_number VARCHAR, -- REF*G1
    diagnoses VARCHAR[] NOT NULL, -- HI, in the order pointers count
    service_from DATE, -- first day of the lines
    service_to DATE, -- last day of the lines
    segments VARCHAR NOT NULL -- the claim's segments without patient data, from which denials are linked again; not for reports
);

CREATE TABLE billed_lines ( -- Service lines as they were sent (837P, 2400).
    batch BIGINT NOT NULL, -- transactions.transaction
    claim INTEGER NOT NULL, -- billed_claims.claim
    line INTEGER NOT NULL, -- LX01
    control VARCHAR, -- REF*6R
    qualifier VARCHAR, -- SV101-1
    procedure VARCHAR, -- SV101-2
    modifiers VARCHAR[] NOT NULL, -- SV101-3 to 6
    charge BIGINT NOT NULL, -- SV102, cents
    units BIGINT NOT NULL, -- SV104, thousandths
    unit VARCHAR, -- SV103: UN units, MJ minutes
    place_of_service VARCHAR, -- SV105, else the claim's
    service_from DATE, -- DTP*472
    service_to DATE, -- DTP*472
    diagnoses VARCHAR[] NOT NULL, -- the codes its pointers (SV107) lead to
    rendering VARCHAR, -- NPI of NM1*82 of the line, else of the claim
    ndc VARCHAR, -- LIN03 of its first drug
    authorization_number VARCHAR -- REF*G1 of the line, else of the claim
);

CREATE TABLE links ( -- Which claim that was sent each answered claim was held against when it was categorised.
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    batch BIGINT, -- billed_claims.batch; NULL where none is in the store
    billed_claim INTEGER -- billed_claims.claim
);

CREATE TABLE editions ( -- Versions of the tables that categorise.
    edition VARCHAR PRIMARY KEY, -- digest of the maps and of the code that reads them
    curette VARCHAR NOT NULL, -- version of curette
    first_used_at TIMESTAMP NOT NULL -- UTC
);

CREATE TABLE categories ( -- What became of each answered line: outcome, reason, category; older answers are kept.
    payment BIGINT NOT NULL, -- payments.payment
    claim INTEGER NOT NULL, -- remitted_claims.claim
    line INTEGER NOT NULL, -- remitted_lines.line; 0 where the claim came without lines
    answer INTEGER NOT NULL, -- 1 for the first answer, 2 for the next, ...
    current BOOLEAN NOT NULL, -- the answer that counts; reports read no other
    edition VARCHAR NOT NULL, -- editions.edition that chose it
    rule VARCHAR NOT NULL, -- the row of the tables that decided
    outcome VARCHAR NOT NULL, -- denied, partial_denial, paid, reversal, ...
    group_code VARCHAR, -- group of the main reason
    carc VARCHAR, -- the main reason
    rarcs VARCHAR[] NOT NULL, -- remark codes of the line and its claim
    derm_category VARCHAR, -- category of the dermatology guides
    derm_sub VARCHAR, -- its sub-category
    general_category VARCHAR, -- general category
    general_sub VARCHAR, -- its sub-category
    confidence VARCHAR NOT NULL, -- certain, likely, possible
    action VARCHAR, -- what to do
    sla VARCHAR, -- in what time
    denied BIGINT NOT NULL, -- money denied, cents
    patient_responsibility BIGINT NOT NULL, -- money put on the patient, cents
    contractual BIGINT NOT NULL, -- money written off by contract, cents
    charge BIGINT NOT NULL, -- of the line, or of the claim that came without lines, cents
    allowed BIGINT, -- stated, else paid and the patient's share, cents
    paid BIGINT NOT NULL, -- cents
    service_date DATE, -- first day of service
    linked BOOLEAN NOT NULL, -- the line was found among those sent
    diagnoses VARCHAR[] NOT NULL, -- of the line that was sent
    rendering VARCHAR, -- NPI: the line's, the claim's, else that of the claim sent
    billing VARCHAR, -- NPI of the payee
    location VARCHAR, -- place of service: of the line that was sent, else of the answered claim
    warnings VARCHAR[] NOT NULL -- what is odd about it
);

CREATE TABLE episodes ( -- All that one payer answered about one claim, told once; made from the answers and their current categories alone.
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

CREATE TABLE audit ( -- What was done to the store, in order; never changed.
    done_at TIMESTAMP NOT NULL, -- UTC
    action VARCHAR NOT NULL, -- accepted, known, conflict, refused, superseded, overridden
    file VARCHAR, -- files.sha256
    content VARCHAR, -- transactions.content it is about
    other VARCHAR, -- the content it stands against: what is stored, what was superseded
    detail VARCHAR -- in words, without patient data
);

CREATE VIEW denial_lines AS -- One row an answered line with its current category: the tables above joined, for reports.
SELECT
    p.payment, c.claim, g.line,
    p.payer_name, p.payer_id, p.trace, p.payment_date, p.balanced,
    c.control, c.payer_claim, c.original_payer_claim, c.status, c.filing_indicator, c.received,
    l.control AS line_control, l.procedure, coalesce(l.modifiers, []) AS modifiers, l.units,
    g.* EXCLUDE (payment, claim, line, current)
FROM categories AS g
JOIN payments AS p USING (payment)
JOIN remitted_claims AS c USING (payment, claim)
LEFT JOIN remitted_lines AS l ON l.payment = g.payment AND l.claim = g.claim AND l.line = g.line
WHERE g.current;
