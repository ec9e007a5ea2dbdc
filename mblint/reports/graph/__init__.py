"""The graph as pictures: dot, mermaid, svg, html."""
