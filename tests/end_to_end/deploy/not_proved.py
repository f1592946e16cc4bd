"""What no machine of ours can run, and what stands in for it; printed at the end of every run of these tests."""

NOT_PROVED = [
    "Kubernetes: no API server and no cluster can be had. The manifests and the chart are read by a strict validator "
    "of schemas (1.37), by kustomize and by Helm; rolling updates, probes and network policies were not seen at work.",
    "Ingress controllers and gateways: the annotations and routes are checked by the text, not by a controller.",
    "Fly: fly.toml is checked against the keys of its reference.",
    "Render: render.yaml is checked against the keys of its reference.",
    "Railway: railway.toml is checked against the keys of its reference.",
    "Heroku: app.json is checked against Heroku's own schema, heroku.yml against the keys of its reference.",
    "Cloud Run: service.yaml is checked against the keys of its reference.",
    "Hops at hosting companies: how many addresses their proxies add was read in their documentation, or in what "
    "others measured, and never measured by us.",
]
