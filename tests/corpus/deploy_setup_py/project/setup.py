from setuptools import setup

setup(name="web", install_requires=["flask"])
