from setuptools import setup

setup(name="microblog")
