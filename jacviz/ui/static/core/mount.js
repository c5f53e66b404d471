// How a view becomes one of Streamlit's components: made once, kept until its place is gone.

export function component(make) {
  const mounted = new Map();
  return ({ data, parentElement, setStateValue, setTriggerValue }) => {
    if (!mounted.has(parentElement)) {
      mounted.set(parentElement, make(parentElement, setStateValue, setTriggerValue));
    }
    mounted.get(parentElement).update?.(data);
    // Streamlit also cleans up after a call that a newer one overtook; the view then stays.
    return () =>
      setTimeout(() => {
        if (parentElement.isConnected) return;
        mounted.get(parentElement)?.dispose();
        mounted.delete(parentElement);
      });
  };
}
