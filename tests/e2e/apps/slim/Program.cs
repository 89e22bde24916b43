// Has no IIS integration: it hears of its port only through ASPNETCORE_URLS.
var app = WebApplication.CreateSlimBuilder(args).Build();
app.MapGet("/", () => "Hello from the slim builder\n");
app.Run();
