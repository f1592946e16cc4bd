"""The checks: what a server, alone or behind a proxy, must do whatever the app is; one module for each subject."""
