from flask import Response, send_from_directory


@bp.[[ method ]]("[[ rule ]]")
def [[ name ]]([[ parameters ]]) -> Response:
    # A browser saves it and does not show it; no value leads out of the folder.
    return send_from_directory("[[ static_folder ]]/[[ file ]]", f"[[ segments ]].txt", as_attachment=True)
