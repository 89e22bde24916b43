using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;

namespace ExampleApp;

/// <summary>Content in both directions, streamed, so that its size costs no memory.</summary>
static class Contents
{
    /// <summary>Byte number <c>i</c> of a download is <c>i % 251</c>: a prime, so that no lost or repeated block fits.</summary>
    static readonly byte[] Pattern = [.. Enumerable.Range(0, 251 * 256).Select(i => (byte)(i % 251))];

    public static void MapContents(this WebApplication app)
    {
        app.MapPost("/upload", (Delegate)Upload);
        app.MapGet("/download/{length:long:min(0)}", Download);
    }

    static async Task<object> Upload(HttpContext context)
    {
        // The default of 30,000,000 bytes is Kestrel's own, behind any limit in web.config.
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        long length = 0;
        for (int count; (count = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0; length += count)
        {
            hash.AppendData(buffer, 0, count);
        }
        return new { Length = length, Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset()) };
    }

    static async Task Download(HttpContext context, long length)
    {
        context.Response.ContentType = "application/octet-stream";
        if (!context.Request.Query.ContainsKey("chunked")) context.Response.ContentLength = length;
        await context.Response.StartAsync();
        await WritePattern(context, length);
    }

    public static async Task WritePattern(HttpContext context, long length)
    {
        for (var left = length; left > 0; left -= Pattern.Length)
        {
            var piece = Pattern.AsMemory(0, (int)Math.Min(left, Pattern.Length));
            await context.Response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }
}
