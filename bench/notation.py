"""How notes are written in Octavo's Markdown; other generators' notations differ in some of it."""

from __future__ import annotations

from pages import Block, Citation, Figure, Formula, Heading, Insert, Link, Page, Paragraph, Sentence, Verbatim, page_url


class Notation:
    """Octavo's Markdown. A subclass overrides what another generator writes in another way."""

    def page(self, page: Page) -> str:
        """Write a whole page."""
        parts = [self.front_matter(page.title, page.date), *(self.block(block) for block in page.blocks)]
        return "\n\n".join(parts) + "\n"

    def front_matter(self, title: str, date: str) -> str:
        """Write what stands above the text."""
        return f"---\ntitle: {title}\ndescription: Notes on {title}.\ndate: {date}\ntoc: true\n---"

    def block(self, block: Block) -> str:
        """Write a block."""
        match block:
            case Paragraph(sentences):
                return ". ".join(map(self.sentence, sentences)) + "."
            case Heading(level, text):
                return f"{'#' * level} {text}"
            case Figure(page):
                return self.figure(page)
            case Verbatim(markdown):
                return markdown

    def sentence(self, sentence: Sentence) -> str:
        """Write a sentence with what follows it."""
        return f"{sentence.text} {self.insert(sentence.insert)}" if sentence.insert else sentence.text

    def insert(self, insert: Insert) -> str:
        """Write what stands between sentences."""
        match insert:
            case Citation():
                return self.citation(insert)
            case Formula(tex):
                return self.formula(tex)
            case Link(page):
                return f"([note {page}]({page_url(page)}))"

    def citation(self, citation: Citation) -> str:
        """Write a citation, in each of the two forms that Octavo knows."""
        (first, locator), *_ = citation.works
        match citation.form:
            case "tag":
                return f"{{% cite {first}{f' --locator {locator}' if locator else ''} %}}"
            case "narrative":
                return f"as @{first} says"
            case "brackets":
                works = (f"@{citekey}{f', p. {place}' if place else ''}" for citekey, place in citation.works)
                return f"[{'; '.join(works)}]"

    def formula(self, tex: str) -> str:
        """Write a formula within a line."""
        return f"$${tex}$$"

    def figure(self, page: int) -> str:
        """Write a figure with its caption."""
        return f"![Loss over steps](/images/figure-{page}.svg)\nFig. The loss of run {page}, smoothed."
