using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace ExampleApp;

/// <summary>Corners of HTTP that a gateway must not lose.</summary>
static class Protocol
{
    public static void MapProtocol(this WebApplication app)
    {
        app.MapGet("/headers", Repeats);
        app.MapGet("/trailers", Trailers);
        app.MapGet("/early-hints", (Delegate)EarlyHints);
        app.Map("/ws", EchoMessages);
    }

    static string Repeats(HttpResponse response)
    {
        response.Headers.Append("X-Repeated", "one");
        response.Headers.Append("X-Repeated", "two");
        response.Cookies.Append("first", "1");
        response.Cookies.Append("second", "2", new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax });
        return "Two cookies, two fields of one name\n";
    }

    /// <summary>Kestrel sends trailers on HTTP/2 only, so the chunks of this answer are the app's own.</summary>
    static Task Trailers(HttpResponse response)
    {
        response.Headers.TransferEncoding = "chunked";
        response.Headers.Trailer = "X-Checksum";
        return response.WriteAsync("19\r\nContent before a trailer\n\r\n0\r\nX-Checksum: 42\r\n\r\n");
    }

    /// <summary>Kestrel has no call for interim answers, so this one is written to the connection itself.</summary>
    static async Task<string> EarlyHints(HttpContext context)
    {
        var connection = context.Features.GetRequiredFeature<IConnectionTransportFeature>();
        await connection.Transport.Output.WriteAsync(
            "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n"u8.ToArray());
        return "Content after early hints\n";
    }

    /// <summary>Sends each message back; the sub-protocol <c>echo</c> is taken when it is offered.</summary>
    static async Task EchoMessages(HttpContext context, IHostApplicationLifetime lifetime)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "websocket";
            return;
        }
        var protocol = context.WebSockets.WebSocketRequestedProtocols.Contains("echo") ? "echo" : null;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        using var stopping = lifetime.ApplicationStopping.Register(context.Abort);
        var buffer = new byte[16 * 1024];
        while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { CloseStatus: null } part)
        {
            await socket.SendAsync(
                buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }
        Console.WriteLine($"A WebSocket was closed with {(int)socket.CloseStatus!}");
        await socket.CloseAsync(socket.CloseStatus!.Value, socket.CloseStatusDescription, context.RequestAborted);
    }
}
