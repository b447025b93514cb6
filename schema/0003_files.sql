-- What attached files hold, once for each content, in pieces of at most 256 KB: it is written in the
-- transaction that names it, and goes along wherever the rows go.
CREATE TABLE file_piece (
    sha256 TEXT NOT NULL,
    seq INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (sha256, seq)
) STRICT;
CREATE INDEX attachment_content ON attachment (sha256);
CREATE INDEX draft_attachment_content ON draft_attachment (sha256);
