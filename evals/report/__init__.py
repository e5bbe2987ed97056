"""What a run came to, to read and to hand on: one page of HTML, Markdown, JSON, JUnit XML."""
