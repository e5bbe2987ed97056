"""The Gradio app. It shows what `assistant` offers to one person at a time, and decides nothing."""
