"""The desktop-style page: Streamlit around a canvas, Plotly painted in place."""
