using ExampleApp;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton<EventFeed>();
var app = builder.Build();

app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("ExampleApp has started"));
app.Lifetime.ApplicationStopping.Register(() => Console.WriteLine("ExampleApp is stopping"));

var aborted = 0;
app.Use(async (context, next) =>
{
    using var registration = context.RequestAborted.Register(() => Interlocked.Increment(ref aborted));
    await next(context);
});
app.UseWebSockets();

app.MapGet("/", () => "Hello from ASP.NET Core\n");
app.MapGet("/aborted-count", () => aborted);
app.MapFacts();
app.MapContents();
app.MapEvents();
app.MapFailures();
app.MapProtocol();

app.Run();
