namespace ExampleApp;

/// <summary>Answers that are slow, odd or never complete.</summary>
static class Failures
{
    public static void MapFailures(this WebApplication app)
    {
        var slow = 0;
        app.MapGet("/slow/current", () => slow);
        app.MapGet("/slow/{ms:int:min(0)}", async (int ms, CancellationToken aborted) =>
        {
            Interlocked.Increment(ref slow);
            try
            {
                await Task.Delay(ms, aborted);
                return $"Waited {ms} ms\n";
            }
            finally
            {
                Interlocked.Decrement(ref slow);
            }
        });
        app.MapGet("/status/{code:int:range(200, 599)}", (int code) => TypedResults.StatusCode(code));
        app.Map("/crash", () => Environment.FailFast("Somebody asked for /crash"));
        app.Map("/abort", Abort);
    }

    /// <summary>Cuts the connection; with <c>?after=N</c> in the middle of an answer of 2N bytes.</summary>
    static async Task Abort(HttpContext context, int after = 0)
    {
        if (after > 0)
        {
            context.Response.ContentLength = 2L * after;
            await Contents.WritePattern(context, after);
            await context.Response.Body.FlushAsync();
        }
        context.Abort();
    }
}
