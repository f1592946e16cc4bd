import pytest
from click.testing import Result
from flask.testing import FlaskClient


def run(client: FlaskClient, *words: str) -> Result:
    runner = client.application.test_cli_runner()
    return runner.invoke(args=["{{cookiecutter.slug}}", *words])


def test_it_says_hello_from_the_app(client: FlaskClient) -> None:
    result = run(client, "Ada")

    assert result.exit_code == 0
    assert result.output == f"{client.application.name} says hello to Ada.\n"


@pytest.mark.parametrize("times", [2, 10])
def test_it_says_so_as_often_as_it_is_told(client: FlaskClient, times: int) -> None:
    result = run(client, "Ada", "--times", str(times))

    assert result.exit_code == 0
    assert result.output.count("hello to Ada.\n") == times


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing argument 'NAME'"),
        ([" "], "Invalid value for NAME: it is empty.\n"),
        (["Ada", "--times", "0"], "Invalid value for '--times'"),
        (["Ada", "--times", "11"], "Invalid value for '--times'"),
        (["Ada", "--times", "often"], "Invalid value for '--times'"),
    ],
)
def test_bad_input_fails_with_a_message(
    client: FlaskClient,
    words: list[str],
    message: str,
) -> None:
    result = run(client, *words)

    assert result.exit_code == 2
    assert message in result.output
    assert "hello" not in result.output


def test_its_help_says_what_it_does(client: FlaskClient) -> None:
    result = run(client, "--help")

    assert result.exit_code == 0
    assert "Say hello to NAME." in result.output
    assert "How often to say it.  [default: 1; 1<=x<=10]" in result.output
