using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ExampleApp;

/// <summary>Passes what is posted on to everybody who listens.</summary>
sealed class EventFeed
{
    readonly ConcurrentDictionary<Channel<string>, bool> listeners = new();

    /// <summary>Gives "open" at once, then every message; a listener that is 100 behind loses the oldest.</summary>
    public async IAsyncEnumerable<SseItem<string>> Listen([EnumeratorCancellation] CancellationToken ended)
    {
        var channel = Channel.CreateBounded<string>(
            new BoundedChannelOptions(100) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        try
        {
            yield return new SseItem<string>("open");
            await foreach (var message in channel.Reader.ReadAllAsync(ended)) yield return new SseItem<string>(message);
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }

    public int Publish(string message) => listeners.Keys.Count(channel => channel.Writer.TryWrite(message));
}

static class Events
{
    public static void MapEvents(this WebApplication app)
    {
        app.MapGet("/events", (EventFeed feed, IHostApplicationLifetime lifetime, HttpContext context) =>
            TypedResults.ServerSentEvents(Listen(feed, lifetime, context.RequestAborted)));
        app.MapGet("/lines", Lines);
        app.MapPost("/events", async (EventFeed feed, HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            return new { Listeners = feed.Publish(await reader.ReadToEndAsync()) };
        });
    }

    /// <summary>The same as plain text, one line a message: unlike an event stream it may be compressed on its way.</summary>
    static async Task Lines(EventFeed feed, IHostApplicationLifetime lifetime, HttpContext context)
    {
        context.Response.ContentType = "text/plain";
        await foreach (var message in Listen(feed, lifetime, context.RequestAborted))
        {
            await context.Response.WriteAsync($"{message.Data}\n");
            await context.Response.Body.FlushAsync();
        }
    }

    // Without this an open event stream would hold up the end of the app.
    static async IAsyncEnumerable<SseItem<string>> Listen(
        EventFeed feed, IHostApplicationLifetime lifetime, [EnumeratorCancellation] CancellationToken aborted)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        await using var events = feed.Listen(ended.Token).GetAsyncEnumerator();
        while (await Next(events)) yield return events.Current;
    }

    static async Task<bool> Next(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
