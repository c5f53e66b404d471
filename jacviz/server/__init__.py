"""The live loop's server side: a drawing in, an answer out; stateless but for caches.

`endpoint` puts `/jacviz/answer` in front of the application. `routes` parses queries, `handlers`
answers them and `executor` runs the handlers beside the event loop. `validation` and `rate_limit`
reject bad or too frequent requests, `model_store` holds the compiled models, `answer_codec` encodes
answers. `middleware` and `protocol` guard the whole server.
"""
