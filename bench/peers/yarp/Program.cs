// YARP as its documentation sets it up; everything else stands in the JSON file that is named first.
var builder = WebApplication.CreateBuilder();
builder.Configuration.AddJsonFile(args[0]);
builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"));
var app = builder.Build();
app.MapReverseProxy();
app.Run();
