from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    chosen = "/".join(str(value) for value in [[ given ]] if value is not None) or "index"
    # A browser saves it and does not show it; no value leads out of the folder.
    return send_from_directory("[[ static_folder ]]/[[ file ]]", f"{chosen}.txt", as_attachment=True)
