"""Stories on disk: reading and saving drafts, who wrote what, the recovery journal, and the formats.

May import `durable`, `errors`, `paths` and `settings`; Qt only where a format needs it (`export.pdf`), never torch.

    files      read and save a draft; `decoding` finds out how a foreign one is encoded
    origins    which stretch was typed, suggested, edited, pasted or imported (`runs`), kept beside the draft (`matching`)
    journal    what is not saved yet, kept so that a crash loses a second of typing at most
    markup     the little Markdown of a draft, read into blocks and spans
    export     drafts as Markdown, plain text, HTML, docx and PDF
"""
