"""Whether web and database answer."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from sellers.access import for_everybody


@for_everybody("GET")
def liveness(request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers; anything else is a server error."""
    del request
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
