using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace ExampleApp;

/// <summary>What the app sees of a request and of its own process. The pairing token is never shown.</summary>
static class Facts
{
    const string Token = "MS-ASPNETCORE-TOKEN";

    public static void MapFacts(this WebApplication app)
    {
        app.Map("/echo/{**rest}", Echo);
        app.MapGet("/environment", (IWebHostEnvironment host) => Environment(host));
    }

    static object Echo(HttpContext context)
    {
        var (request, connection) = (context.Request, context.Connection);
        return new
        {
            request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            request.Scheme,
            Host = request.Host.Value,
            PathBase = request.PathBase.Value,
            Path = request.Path.Value,
            Query = request.QueryString.Value,
            RemoteIp = connection.RemoteIpAddress?.ToString(),
            connection.RemotePort,
            request.Protocol,
            TokenFields = request.Headers[Token].Count,
            Headers = request.Headers
                .Where(field => !field.Key.Equals(Token, StringComparison.OrdinalIgnoreCase))
                .Select(field => new { Name = field.Key, Values = field.Value.ToArray() }),
        };
    }

    static object Environment(IWebHostEnvironment host) => new
    {
        System.Environment.ProcessId,
        CurrentDirectory = Directory.GetCurrentDirectory(),
        ContentRoot = host.ContentRootPath,
        host.EnvironmentName,
        Variables = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(entry => (Name: (string)entry.Key, Value: (string?)entry.Value))
            .Where(entry => entry.Name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
                || entry.Name is "PORT" or "HTTP_PLATFORM_PORT")
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToDictionary(
                entry => entry.Name,
                entry => entry.Name.EndsWith("TOKEN", StringComparison.OrdinalIgnoreCase) ? "(masked)" : entry.Value),
    };
}
